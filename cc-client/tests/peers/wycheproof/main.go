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
		// Whole or not at all: whoever finds a file takes it.
		path := filepath.Join(os.Args[1], name)
		if err := os.WriteFile(path+".new", text, 0o644); err != nil {
			log.Fatal(err)
		}
		if err := os.Rename(path+".new", path); err != nil {
			log.Fatal(err)
		}
	}
}
