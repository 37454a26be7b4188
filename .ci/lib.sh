# Sourced by the scripts of this folder: settings that all stages share.

# The checkout may belong to another user than the one who builds it; the version stamp is not tested here.
export GOFLAGS="${GOFLAGS:--buildvcs=false}"
export CGO_ENABLED=0

# Versions that the stages pin.
STATICCHECK_VERSION=v0.8.2

# Programs that the tools stage builds; kept between runs like the build cache.
TOOLS="${XDG_CACHE_HOME:-$HOME/.cache}/lumen-ci/bin"
export PATH="$TOOLS:$PATH"

# What the tools stage puts there for .ci/avx512: the Linux that the emulated machine boots.
EMULATED="${XDG_CACHE_HOME:-$HOME/.cache}/lumen-ci/emulated"

# have_dirs DIR...: those of the folders that exist, one "./DIR/..." a line.
have_dirs() {
	local dir
	for dir in "$@"; do
		if [ -d "$dir" ]; then echo "./$dir/..."; fi
	done
}

# modules: the folder of every go.mod of the repository.
modules() {
	find . -name go.mod -not -path './.git/*' -not -path '*/node_modules/*' -exec dirname {} \; | sort
}

# needs_emulator: whether the path avx512 takes an emulated processor here.
needs_emulator() {
	[ "$(uname -sm)" = "Linux x86_64" ] && ! grep -qw avx512f /proc/cpuinfo
}
