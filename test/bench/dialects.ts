/** What a client says to each kind of server: the payload of a `subscribe` frame, as JSON. */
export interface Dialect {
  follow(customerId: string): string;
  send(customerId: string, text: string, clientMessageId: string): string;
  /** The newest 50 messages. */
  history(customerId: string): string;
  /** The 50 conversations with the newest text. */
  inbox(): string;
}

/** By hand: no GraphQL, so the request says what it is. */
export const floorDialect: Dialect = {
  follow: (customerId) => JSON.stringify({ verb: 'follow', customerId }),
  send: (customerId, text, clientMessageId) => JSON.stringify({ verb: 'send', customerId, text, clientMessageId }),
  history: (customerId) => JSON.stringify({ verb: 'history', customerId }),
  inbox: () => JSON.stringify({ verb: 'inbox' }),
};

const TUTORIAL_FIELDS = 'customerId seq id kind sender name text createdAt';

export const tutorialDialect: Dialect = {
  follow: (customerId) => payload(`subscription ($customerId: ID!) { messageAdded(customerId: $customerId) { ${TUTORIAL_FIELDS} } }`, { customerId }),
  send: (customerId, text, clientMessageId) => payload(
    `mutation ($customerId: ID!, $text: String!, $clientMessageId: ID!) {
      sendMessage(customerId: $customerId, text: $text, clientMessageId: $clientMessageId) { ${TUTORIAL_FIELDS} }
    }`,
    { customerId, text, clientMessageId },
  ),
  history: (customerId) => payload(`query ($customerId: ID!) { messages(customerId: $customerId) { ${TUTORIAL_FIELDS} } }`, { customerId }),
  inbox: () => payload(`{ conversations { customerId name head unread status handler lastMessage { ${TUTORIAL_FIELDS} } } }`, {}),
};

// The documents of our own apps, field for field (web/src/conversation, web/src/inbox).
const MESSAGE = `fragment MessageFields on Message {
  id seq position kind text createdAt editedAt removedAt clientMessageId
  sender { __typename ... on Customer { id customerName: name } ... on Agent { id name } ... on ApiToken { id name } ... on Bot { name } ... on System { name } }
  answer { sources { articleId title } choices }
}`;
const STATE = `fragment StateFields on Conversation {
  id status handler position seenByCustomer seenByAgents unreadCount waitingSince createdAt
  assignee { id name } customer { id name email verified createdAt lastSeenAt }
}`;
const ROW = `fragment RowFields on Conversation { ...StateFields lastMessage { ...MessageFields } } ${STATE} ${MESSAGE}`;

export const minicomDialect: Dialect = {
  follow: (customerId) => payload(
    `subscription ConversationFeed($customerId: ID!, $after: Cursor) {
      conversationEvents(customerId: $customerId, after: $after) {
        __typename
        cursor
        ... on MessageAdded { message { ...MessageFields } }
        ... on MessageChanged { message { ...MessageFields } }
        ... on ConversationChanged { conversation { ...StateFields } }
        ... on TypingChanged { typing sender { __typename ... on Customer { id } ... on Agent { id name } ... on ApiToken { id name } ... on Bot { name } } }
        ... on BotDraft { turnId afterSeq text }
      }
    } ${STATE} ${MESSAGE}`,
    { customerId },
  ),
  send: (customerId, text, clientMessageId) => payload(
    `mutation SendMessage($input: SendMessageInput!) {
      sendMessage(input: $input) {
        __typename
        ... on SendMessagePayload { message { ...MessageFields } conversation { ...StateFields } }
        ... on StaleReplyError { unseen { ...MessageFields } }
        ... on RateLimitedError { retryAfterMs }
        ... on Error { reason }
      }
    } ${STATE} ${MESSAGE}`,
    { input: { customerId, text, clientMessageId } },
  ),
  history: (customerId) => payload(
    `query ConversationPage($customerId: ID!, $before: Cursor) {
      conversation(customerId: $customerId) {
        ...StateFields
        cursor
        messages(last: 50, before: $before) { nodes { ...MessageFields } pageInfo { hasPreviousPage startCursor } }
      }
    } ${STATE} ${MESSAGE}`,
    { customerId },
  ),
  inbox: () => payload(
    `query InboxPage($filter: ConversationFilter, $orderBy: ConversationOrder, $after: Cursor) {
      conversations(filter: $filter, orderBy: $orderBy, first: 50, after: $after) {
        nodes { ...RowFields }
        pageInfo { hasNextPage endCursor }
        cursor
      }
    } ${ROW}`,
    { filter: { status: 'OPEN' } },
  ),
};

export const INBOX_FEED = payload(
  `subscription InboxFeed($after: Cursor) { inboxEvents(after: $after) { cursor conversations { ...RowFields } removed reset } } ${ROW}`,
  {},
);

function payload(query: string, variables: object): string {
  return JSON.stringify({ query, variables });
}
