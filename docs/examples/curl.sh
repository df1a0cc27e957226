#!/bin/sh
# curl alone, with node to read JSON: sends by POST, follows by server-sent events, goes on after a cut.
#   sh docs/examples/curl.sh alice "Where is my parcel?"
set -eu
CUSTOMER=${1:-alice} TEXT=${2:-Where is my parcel?} BASE=${BASE:-http://127.0.0.1:8000}
KEY=$(node -p 'crypto.randomUUID()') # one key per message, made once, however often it is sent

field() { node -p "JSON.parse(require('fs').readFileSync(0, 'utf8'))$1"; }
# A request as JSON, from a document and variables given as NAME=value.
request() { node -p 'const [query, ...pairs] = process.argv.slice(1)
  JSON.stringify({ query, variables: Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s, 2))) })' -- "$@"; }
graphql() { request "$@" | curl -sS "$BASE/graphql" -H 'Content-Type: application/json' ${TOKEN:+-H "Authorization: Bearer $TOKEN"} -d @-; }

TOKEN=
IDENTITY=$(curl -sS "$BASE/demo/identity?customer=$CUSTOMER" | field .identityToken)
TOKEN=$(graphql 'mutation ($identityToken: String!) { startCustomerSession(input: { identityToken: $identityToken }) { ... on CustomerSession { token } } }' \
  "identityToken=$IDENTITY" | field .data.startCustomerSession.token)

AFTER=$(graphql 'query ($id: ID!) { conversation(customerId: $id) { cursor } }' "id=$CUSTOMER" | field .data.conversation.cursor)

# No answer: the outcome is not known, so the same key again.
until graphql 'mutation ($id: ID!, $text: String!, $key: ID!) {
  sendMessage(input: { customerId: $id, text: $text, clientMessageId: $key }) { ... on SendMessagePayload { message { seq } } }
}' "id=$CUSTOMER" "text=$TEXT" "key=$KEY" | field .data.sendMessage.message.seq > /dev/null 2>&1; do sleep 1; done

FOLLOW='subscription ($id: ID!, $after: Cursor) { conversationEvents(customerId: $id, after: $after) {
  cursor ... on MessageAdded { message { seq text sender { __typename } } } } }'
CURSOR_FILE=$(mktemp)
trap 'rm -f "$CURSOR_FILE"' EXIT
trap 'exit 0' INT TERM
echo "$AFTER" > "$CURSOR_FILE"
while :; do
  request "$FOLLOW" "id=$CUSTOMER" "after=$(cat "$CURSOR_FILE")" |
    curl -sSN "$BASE/graphql" -H 'Content-Type: application/json' -H 'Accept: text/event-stream' -H "Authorization: Bearer $TOKEN" -d @- 2> /dev/null |
    node -e '
      require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
        if (!line.startsWith("data: {")) return
        const { cursor, message } = JSON.parse(line.slice(6)).data.conversationEvents
        if (message) console.log(`${message.seq} ${message.sender.__typename}: ${message.text}`)
        if (cursor) require("fs").writeFileSync(process.argv[1], cursor)
      })' "$CURSOR_FILE" || true
  sleep 1 # nothing is lost: what was missed comes first
done
