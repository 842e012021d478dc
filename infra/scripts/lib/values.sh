# Sourced by the scripts of infra/scripts/: their messages and the values that they read.
# shellcheck shell=sh

fail() { echo "$*" >&2; exit 1; }

# A value by name: of the environment, else of the azd environment; nothing where there is none. NAME
optional() {
  eval "given=\${$1:-}"
  [ -n "$given" ] || given=$(azd env get-value "$1" 2>/dev/null) || given=
  printf %s "$given"
}

# The same, for a value that is needed. NAME
value() {
  given=$(optional "$1")
  [ -n "$given" ] || fail "$1 is not known. Run this where azd has provisioned, or set it: $1=... $0"
  printf %s "$given"
}
