// Writes the test vectors that are named into a folder: `vectors FOLDER NAME...`.
package main

import (
	"io/fs"
	"log"
	"os"
	"path/filepath"

	"github.com/c2sp/wycheproof"
)

func main() {
	for _, name := range os.Args[2:] {
		text, err := fs.ReadFile(wycheproof.TestVectors, name)
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(os.Args[1], name), text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
