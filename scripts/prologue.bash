# shellcheck shell=bash
# Sourced by the scripts: answers --help, and refuses what a script does not take, before
# anything is installed. What it takes is what the comment at its head says.

# Where it is set, as in many containers, each start of Home Assistant takes ten seconds
# more.
unset PYTHONDONTWRITEBYTECODE

# Print the comment at the head of a script.
print_usage() {
  sed -n '2,/^set /s/^# \{0,1\}//p' "$1"
}

# Refuse every argument but the options in the usage of a script, each on a line of its
# own: "#   --name" or "#   --name VALUE", and then what it does.
check_options() {
  local script=$1 option
  shift
  while [ $# -gt 0 ]; do
    if [ "$1" = --help ] || [ "$1" = -h ]; then
      print_usage "$script"
      exit
    fi
    option=${1%%=*}
    if ! [[ $option =~ ^--[a-z-]+$ ]] || ! grep -qE "^#   $option( |$)" "$script"; then
      echo "${script##*/}: it does not take $1; --help says what it takes." >&2
      exit 2
    fi
    if [ "$option" = "$1" ] && grep -q "^#   $option [A-Z]" "$script"; then
      if [ $# -eq 1 ]; then
        echo "${script##*/}: $option needs a value; --help says which." >&2
        exit 2
      fi
      shift
    fi
    shift
  done
}
