#!/bin/sh
# migbot-hook: what every git hook of migbot runs, as `hook EVENT ARGUMENTS...`.
# Written by `migbot install`, taken away by `migbot uninstall`.
# Only git and this shell's own words are used before Python starts: PATH may hold nothing else.

[ -z "$MIGBOT_HOOK" ] || exit 0 # a hook that commits would call itself without end
event=$1
python=@PYTHON@
unset GIT_LITERAL_PATHSPECS GIT_GLOB_PATHSPECS GIT_NOGLOB_PATHSPECS GIT_ICASE_PATHSPECS

# Whether a diff touches migrations or their configuration; one that fails counts as a yes.
touches() {
    ! git diff --quiet --no-ext-diff --no-textconv --no-renames "$@" -- @PATHSPECS@ 2>/dev/null
}

# What leaves the history as HEAD has it, a merge too, cannot make it worse.
case $event in
pre-commit | pre-merge-commit | commit-msg) touches --cached || exit 0 ;;
post-merge) touches ORIG_HEAD HEAD || { [ "$2" = 1 ] && touches --cached; } || exit 0 ;;
post-rewrite) [ "$2" != amend ] || touches 'HEAD@{1}' HEAD || exit 0 ;;
esac

MIGBOT_HOOK=1
export MIGBOT_HOOK

# The current folder is the project's, and must not be imported from. 42 cannot be anything else:
# an interpreter that fails by itself answers 1, and must not block.
start='
import sys
sys.path = [path for path in sys.path if path]
try:
    from migbot.faces.hook import process
except Exception:
    sys.exit(127)
process(sys.argv[1:], stop=42)'

if [ -x "$python" ]; then
    "$python" -E -c "$start" "$@"
    answer=$?
else
    answer=127
fi
if [ "$answer" -eq 127 ] && command -v migbot >/dev/null 2>&1; then
    migbot hook "$@"
    answer=$?
    [ "$answer" -ne 1 ] || answer=42
fi

case $answer in
0) exit 0 ;;
42) exit 1 ;;
esac
echo "migbot could not run, so this $event was not checked; mend it with: migbot install" >&2
[ "$(git config --type=bool --get migbot.strict 2>/dev/null)" != true ] || exit 1
