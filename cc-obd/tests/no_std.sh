#!/usr/bin/env bash
# Builds cc-core and cc-obd where there is no std, and so proves that neither they nor what they use needs it: for a bare
# microcontroller where its core is installed (`rustup target add thumbv7em-none-eabihf`), and always for this machine by a
# toolchain folder that has core and alloc alone.
# Usage: cc-obd/tests/no_std.sh [more arguments of cargo build]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
target_dir=${CARGO_TARGET_DIR:-$PWD/target}
build=(cargo build --quiet -p cc-core -p cc-obd --lib --no-default-features "$@")
sysroot=$(rustc --print sysroot)
host=$(rustc -vV | sed -n 's/^host: //p')

bare=$target_dir/bare-sysroot
rm -rf "$bare"
mkdir -p "$bare/lib/rustlib/$host/lib"
for name in core alloc compiler_builtins rustc_std_workspace_core rustc_std_workspace_alloc; do
  ln -s "$sysroot/lib/rustlib/$host/lib/lib$name"-* "$bare/lib/rustlib/$host/lib/"
done
# With `--target`, the flags are for the crates alone: build scripts and macros keep the whole toolchain.
CARGO_TARGET_DIR=$target_dir/bare RUSTFLAGS="--sysroot=$bare" "${build[@]}" --target "$host"
echo "built with core and alloc alone: $host"

chip=thumbv7em-none-eabihf
if [ -d "$sysroot/lib/rustlib/$chip/lib" ]; then
  CARGO_TARGET_DIR=$target_dir/bare "${build[@]}" --target "$chip"
  echo "built for bare metal: $chip"
else
  echo "not built for bare metal: $chip is not installed"
fi
