# bash completion of mercer. It asks mercer --help, so that it knows what the program knows: the
# commands, the options of a command, and the words that an option may have.

# The options in a help: "--json", of "-h,--help" and "--on,--off{false}" each part.
_mercer_options() {
  sed -nE 's/^  (-[^ ]*).*/\1/p' <<<"$1" | sed -E 's/\{[^}]*\}//g; s/,/\n/g'
}

# What the help says that option $2 takes: "FILE", "reflect|mirror".
_mercer_value() {
  sed -nE "s/^  ([^ ]*,)?$2(,[^ ]*)? ([^ ]+).*/\3/p" <<<"$1" | head -n 1
}

_mercer() {
  local program=${COMP_WORDS[0]} current=${COMP_WORDS[COMP_CWORD]} words value help
  if ((COMP_CWORD == 1)); then
    help=$("$program" --help 2>/dev/null)
    words="$(sed -n '/^Subcommands:/,/^$/s/^  \([a-z][a-z-]*\).*/\1/p' <<<"$help")"
    [[ $current == -* ]] && words=$(_mercer_options "$help")
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    return
  fi
  help=$("$program" "${COMP_WORDS[1]}" --help 2>/dev/null)
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_mercer_options "$help")" -- "$current")
    return
  fi
  [[ ${COMP_WORDS[COMP_CWORD - 1]} == -* ]] &&
    value=$(_mercer_value "$help" "${COMP_WORDS[COMP_CWORD - 1]}")
  if [[ $value == *[a-z]*\|* ]]; then  # words to choose from are in small letters
    mapfile -t COMPREPLY < <(compgen -W "${value//|/ }" -- "$current")
  elif [[ ${COMP_WORDS[1]} == datasets ]]; then
    words=$("$program" datasets 2>/dev/null | awk 'NR > 1 && NF == 0 { exit } NR > 1 { print $1 }')
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}

complete -o filenames -F _mercer mercer
