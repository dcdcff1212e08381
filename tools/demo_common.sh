# What the demonstrations share: how a step is shown, and an environment that leads nowhere but to the emulator.

bold=""; dim=""; plain=""
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold=$'\e[1m'; dim=$'\e[2m'; plain=$'\e[0m'; fi
step() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }
show() { printf '%s$ %s%s\n' "$dim" "$1" "$plain"; }

# Nothing of the user's own AWS settings may lead a demonstration to the real SES.
for name in $(env | sed -n 's/^\(AWS_[A-Z0-9_]*\|SES_[A-Z0-9_]*\)=.*/\1/p'); do unset "$name"; done
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
export AWS_REGION=us-east-1 NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
export AWS_ACCESS_KEY_ID=AKIAEMULATOR00000000 AWS_SECRET_ACCESS_KEY=emulator-secret-key
