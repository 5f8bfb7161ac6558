#!/bin/sh
# migbot-hook: @EVENT@, beside the hook that was here before (@EVENT@.migbot-legacy).
# Written by `migbot install`, taken away by `migbot uninstall`.

legacy="${0%/*}/@EVENT@.migbot-legacy"
hook="${0%/*}/@HOOK@"

if [ ! -f "$hook" ]; then
    echo "migbot: $hook is gone, so this @EVENT@ is not checked; mend it with: migbot install" >&2
    hook=/dev/null
fi
[ -x "$legacy" ] || exec /bin/sh "$hook" @EVENT@ "$@"

# What git says on standard input is for both. No `cat`: PATH may be empty.
said=$(while IFS= read -r line; do printf '%s\n' "$line"; done)
printf "${said:+%s\\n}" "$said" | "$legacy" "$@" || exit $?
printf "${said:+%s\\n}" "$said" | /bin/sh "$hook" @EVENT@ "$@"
