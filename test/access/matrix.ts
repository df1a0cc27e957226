import { table } from './table.ts';

/**
 * Who may do what, through the API. A column is a role: nobody, a visitor and a customer in their own conversations, another customer in hers, agents by role,
 * tokens with one scope alone. A row is a field of Query, Mutation or Subscription; `operations.ts` has what each is asked with.
 *
 * `x` gets it. `-` gets what an unknown id gets. `f` is told that the right is missing, `u` to sign in, where no id is asked about. `i` has the
 * right, and the input is refused: rows that would take an account away are asked about one that is not there. `.` is not asked, since a
 * password would be hashed for it.
 */
export const OPERATIONS = table(`
                            nobody visitor own other admin agent viewer c:read c:write m:write notes p:read p:write t:admin
  viewer                      -      x      x    x     x     x      x     x       x       x      x     x       x       x
  conversation                -      x      x    -     x     x      x     x       -       -      -     -       -       x
  conversations               u      f      f    f     x     x      x     x       f       f      f     f       f       x
  conversationCounts          u      f      f    f     x     x      x     x       f       f      f     f       f       x
  usualWaitMs                 x      x      x    x     x     x      x     x       x       x      x     x       x       x
  botAnswers                  x      x      x    x     x     x      x     x       x       x      x     x       x       x
  agents                      u      f      f    f     x     x      x     f       f       f      f     f       f       f
  agents all                  u      f      f    f     x     f      f     f       f       f      f     f       f       f
  apiTokens                   u      f      f    f     x     f      f     f       f       f      f     f       f       f
  pendingInvites              u      f      f    f     x     f      f     f       f       f      f     f       f       f
  auditLog                    u      f      f    f     x     f      f     f       f       f      f     f       f       x
  identityKeys                u      f      f    f     x     f      f     f       f       f      f     f       f       f
  identityAudience            u      f      f    f     x     x      x     f       f       f      f     f       f       f
  checkIdentityToken          u      f      f    f     x     x      x     f       f       f      f     f       f       f
  mySessions                  u      f      f    f     x     x      x     f       f       f      f     f       f       f
  article                     x      x      x    x     x     x      x     x       x       x      x     x       x       x
  article draft               -      -      -    -     x     x      x     x       -       -      -     -       -       x
  articles                    x      x      x    x     x     x      x     x       x       x      x     x       x       x
  botReport                   u      f      f    f     x     x      x     x       f       f      f     f       f       x
  botSettings                 u      f      f    f     x     x      x     x       f       f      f     f       f       x
  unansweredQuestions         u      f      f    f     x     x      x     x       f       f      f     f       f       x
  tryBot                      u      f      f    f     x     x      x     x       f       f      f     f       f       x

  sendMessage                 -      x      x    -     x     x      -     -       -       x      -     -       -       x
  editMessage hers            -      x      x    -     -     -      -     -       -       -      -     -       -       -
  editMessage note            -      -      -    -     -     -      -     -       -       -      -     -       -       -
  removeMessage hers          -      x      x    -     x     x      -     -       -       -      -     -       -       -
  removeMessage note          -      -      -    -     x     x      -     -       -       -      -     -       -       -
  rateAnswer                  -      x      x    -     -     -      -     -       -       -      -     -       -       -
  rateAnswer note             -      -      -    -     -     -      -     -       -       -      -     -       -       -
  addNote                     -      -      -    -     x     x      -     -       -       -      x     -       -       x
  takeOver                    -      -      -    -     x     x      -     -       x       -      -     -       -       x
  handBackToBot               -      -      -    -     i     i      -     -       i       -      -     -       -       i
  requestHuman                -      x      x    -     x     x      -     -       x       -      -     -       -       x
  resolveConversation         -      x      x    -     x     x      -     -       x       -      -     -       -       x
  reopenConversation          -      -      -    -     x     x      -     -       x       -      -     -       -       x
  markRead                    -      x      x    -     x     x      -     -       -       x      -     -       -       x
  setTyping                   -      x      x    -     x     x      -     -       -       x      -     -       -       x

  createArticle               u      f      f    f     x     x      f     f       f       f      f     f       f       x
  updateArticle               u      f      f    f     -     -      f     f       f       f      f     f       f       -
  deleteArticle               u      f      f    f     -     -      f     f       f       f      f     f       f       -
  rememberWording             u      f      f    f     -     -      f     f       f       f      f     f       f       -
  dismissUnanswered           u      f      f    f     -     -      f     f       f       f      f     f       f       -
  setBotEnabled               u      f      f    f     i     f      f     f       f       f      f     f       f       i
  fetchTextModel              u      f      f    f     i     f      f     f       f       f      f     f       f       i
  setBotRules                 u      f      f    f     x     f      f     f       f       f      f     f       f       x

  inviteAgent                 u      f      f    f     x     f      f     f       f       f      f     f       f       f
  revokeInvite                u      f      f    f     -     f      f     f       f       f      f     f       f       f
  setAgentRole                u      f      f    f     i     f      f     f       f       f      f     f       f       f
  deactivateAgent             u      f      f    f     i     f      f     f       f       f      f     f       f       f
  reactivateAgent             u      f      f    f     i     f      f     f       f       f      f     f       f       f
  createPasswordLink          u      f      f    f     i     f      f     f       f       f      f     f       f       f
  resetSecondFactor           u      f      f    f     i     f      f     f       f       f      f     f       f       f
  createApiToken              u      f      f    f     i     f      f     f       f       f      f     f       f       f
  revokeApiToken              u      f      f    f     i     f      f     f       f       f      f     f       f       f
  addIdentityKey              u      f      f    f     i     f      f     f       f       f      f     f       f       f
  retireIdentityKey           u      f      f    f     i     f      f     f       f       f      f     f       f       f
  revokeSession               u      f      f    f     -     -      -     f       f       f      f     f       f       f
  changePassword              u      f      f    f     .     i      .     f       f       f      f     f       f       f
  enrolSecondFactor           u      f      f    f     .     i      .     f       f       f      f     f       f       f
  confirmSecondFactor         u      f      f    f     i     i      i     f       f       f      f     f       f       f
  disableSecondFactor         u      f      f    f     .     i      .     f       f       f      f     f       f       f

  startVisitorSession         x      x      x    x     x     x      x     x       x       x      x     x       x       x
  startCustomerSession        i      i      i    i     i     i      i     i       i       i      i     i       i       i
  signIn                      i      .      i    .     .     .      .     .       .       .      .     .       .       .
  acceptInvite                i      i      i    i     i     i      i     i       i       i      i     i       i       i
  resetPassword               i      i      i    i     i     i      i     i       i       i      i     i       i       i
  signOut                     -      x      x    x     x     x      x     -       -       -      -     -       -       -

  conversationEvents          -      x      x    -     x     x      x     x       -       -      -     -       -       x
  inboxEvents                 u      f      f    f     x     x      x     x       f       f      f     f       f       x
`);

/** They hand out sessions, so they work over HTTP alone: a socket has nowhere to keep a cookie. */
export const HTTP_ONLY: ReadonlySet<string> = new Set(['startVisitorSession', 'startCustomerSession', 'signIn', 'acceptInvite', 'resetPassword']);

/**
 * Fields of objects that not everybody sees who holds the object. `x` sees it, `o` gets null or nothing of it, `f` is told that the right is missing, `-` does
 * not get at the object.
 */
export const FIELDS = table(`
                            nobody visitor own other admin agent viewer c:read c:write m:write notes p:read p:write t:admin
  Customer.email              -      o      x    -     x     x      x     o       -       -      -     -       -       x
  Message.earlierTexts        -      o      o    -     x     x      x     x       -       -      -     -       -       x
  Conversation.messages       -      o      o    -     x     x      x     o       -       -      -     -       -       x
  Agent.role                  -      o      o    -     x     x      x     x       -       -      -     -       -       x
  Agent.active                -      o      o    -     x     x      x     x       -       -      -     -       -       x
  Agent.email                 -      o      o    -     x     o      o     o       -       -      -     -       -       o
  Agent.hasSecondFactor       -      o      o    -     x     o      o     o       -       -      -     -       -       o
  Agent.recoveryCodesLeft     -      o      o    -     x     o      o     o       -       -      -     -       -       o
  ApiToken.scopes             -      o      o    -     x     x      x     x       -       -      -     -       -       x
  ApiToken.createdAt          -      o      o    -     x     o      o     o       -       -      -     -       -       o
  ApiToken.createdBy          -      o      o    -     x     o      o     o       -       -      -     -       -       o
  ApiToken.expiresAt          -      o      o    -     x     o      o     o       -       -      -     -       -       o
  ApiToken.lastUsedAt         -      o      o    -     x     o      o     o       -       -      -     -       -       o
  BotAnswer.by                -      o      o    -     x     x      x     x       -       -      -     -       -       x
  BotAnswer.confidence        -      o      o    -     x     x      x     x       -       -      -     -       -       x
  BotAnswer.matched           -      o      o    -     x     x      x     x       -       -      -     -       -       x
  BotAnswer.reason            -      o      o    -     x     x      x     x       -       -      -     -       -       x
  BotAnswer.tookMs            -      o      o    -     x     x      x     x       -       -      -     -       -       x
  Article.aliases             o      o      o    o     x     x      x     x       o       o      o     o       o       x
  SendMessagePayload.conversation - x      x    -     x     x      -     -       -       f      -     -       -       x
  ConversationPayload.conversation - x     x    -     x     x      -     -       f       -      -     -       -       x
`);

/** Fields that everybody sees who holds the object. How one comes to hold it is the affair of the rows above: what only admins are given stands here too. */
export const OPEN: Readonly<Record<string, string>> = {
  Conversation: 'id customer status handler isBotActive assignee createdAt lastMessage unreadCount seenByCustomer seenByAgents waitingSince position cursor events',
  Customer: 'id name verified createdAt lastSeenAt conversation',
  Message: 'id seq position kind sender text createdAt editedAt removedAt clientMessageId answer helpful',
  BotAnswer: 'counts sources choices',
  AnswerSource: 'articleId title',
  Agent: 'id name online',
  ApiToken: 'id name',
  Bot: 'name',
  System: 'name',

  AddIdentityKeyPayload: 'audience key secret',
  AddNotePayload: 'message',
  AgentPayload: 'agent',
  AgentSession: 'browser createdAt expiresAt id isCurrent lastUsedAt',
  AlreadyTakenError: 'assignee reason',
  Article: 'body id published title updatedAt version',
  ArticleConnection: 'edges nodes pageInfo',
  ArticleEdge: 'cursor node',
  ArticlePayload: 'article',
  ArticleUse: 'articleId helped notHelped shown title',
  AuditActor: 'id kind name',
  AuditEntry: 'action actor at facts id target',
  AuditEntryConnection: 'edges nodes pageInfo',
  AuditEntryEdge: 'cursor node',
  AuditFact: 'name value',
  AuditTarget: 'id kind name',
  BotDraft: 'afterSeq cursor text turnId',
  BotReport: 'answered articles conversations deflected firstTextMsP50 firstTextMsP95 handOffs heldBack helpful involved modelReplies notHelpful queueMsP50 queueMsP95 replyMsP50 replyMsP95 resolvedAssumed resolvedConfirmed superseded',
  BotRule: 'choices name reply says',
  BotSettings: 'available detail enabled health name rules rulesVersion textModel',
  BotSettingsPayload: 'settings',
  BotTrial: 'by choices confidence detail firstTextMs heldBack matched outcome reason sources text',
  ConfirmSecondFactorPayload: 'recoveryCodes',
  ConversationChanged: 'conversation cursor',
  ConversationConnection: 'cursor edges nodes pageInfo',
  ConversationCounts: 'bot mine open queue resolved',
  ConversationEdge: 'cursor node',
  ConversationEvent: 'cursor',
  ConversationEventPage: 'cursor events hasMore',
  CreateApiTokenPayload: 'secret token',
  CustomerSession: 'customer expiresAt token',
  DeletePayload: 'id',
  EnrolSecondFactorPayload: 'enrolment secret uri',
  Error: 'reason',
  IdempotencyConflictError: 'original reason',
  IdentityCheck: 'checks customerId email name valid',
  IdentityCheckStep: 'detail name passed',
  IdentityKey: 'algorithm createdAt kid retiredAt',
  InboxEvent: 'conversations cursor removed reset',
  InvalidInputError: 'field reason',
  LinkPayload: 'expiresAt link',
  Invite: 'createdAt createdBy expiresAt id role',
  MessageAdded: 'cursor message',
  MessageChanged: 'cursor message',
  MessageConnection: 'edges nodes pageInfo',
  MessageEdge: 'cursor node',
  NotFoundError: 'reason',
  PageInfo: 'endCursor hasNextPage hasPreviousPage startCursor',
  RateLimitedError: 'reason retryAfterMs',
  ReasonCount: 'count reason',
  ResetPasswordPayload: 'done',
  RetireIdentityKeyPayload: 'key',
  RevokeApiTokenPayload: 'token',
  SendMessagePayload: 'message',
  SignInPayload: 'agent',
  StaleReplyError: 'reason unseen',
  StreamHeartbeat: 'cursor',
  StreamReset: 'cursor reason',
  TextModel: 'canFetch detail name progress state',
  TypingChanged: 'cursor sender typing',
  UnansweredQuestion: 'count customers id lastAskedAt lastConversation question',
};
