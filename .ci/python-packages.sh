# For scripts here to source: this machine's Python as `python`, `install_into FOLDER LOCK`, and `sha256 FILE`. Packages
# are installed with uv where there is one, else with pip; every file's hash is checked.
python=$(command -v python3 || true)

if [ -z "$python" ] || ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "This needs Python 3.11 or newer as python3." >&2
  exit 1
fi

if command -v uv >/dev/null; then
  install() { uv pip install --quiet --python "$python" "$@"; }
elif "$python" -m pip --version >/dev/null 2>&1; then
  install() { "$python" -m pip install --quiet --disable-pip-version-check --root-user-action ignore "$@"; }
else
  echo "Installing Python packages needs uv (https://docs.astral.sh/uv) or pip." >&2
  exit 1
fi

install_into() { install --require-hashes --no-deps --only-binary :all: --target "$1" -r "$2"; }

sha256() { "$python" -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$1"; }
