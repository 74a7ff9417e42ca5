# Sourced by the other scripts: installs what is missing, or says what is needed.
# usage: need_packages PACKAGE...

need_packages() {
  local missing=() package run=()
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo "This system has no apt-get. Needed are the equivalents of these Debian packages:" >&2
    echo "  $*" >&2
    echo "Going on with what is found." >&2
    return 0
  fi
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "Missing packages, and neither root nor sudo to install them. As root, run:" >&2
      echo "  apt-get install ${missing[*]}" >&2
      return 1
    fi
    run=(sudo)
  fi
  echo "Installing: ${missing[*]}"
  # Lists that are old or absent are fetched; a fetch that fails leaves the lists that are there.
  "${run[@]}" apt-get update -qq || true
  "${run[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends "${missing[@]}" >/dev/null
}

build_packages=(g++ cmake ninja-build libarmadillo-dev libopenblas-openmp-dev libhwy-dev
                libnlopt-dev libpng-dev libhdf5-dev)
