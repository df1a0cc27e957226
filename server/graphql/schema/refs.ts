import type { Agent, ApiToken, Article, BotAnswer, Conversation, Customer, Message } from '../../domain/types.ts';
import { builder } from '../builder.ts';

/** Types that others mention, named before any is filled in, so that the files of the schema need not import one another in circles. */
export const CustomerType = builder.objectRef<Customer>('Customer');
export const AgentType = builder.objectRef<Agent>('Agent');
export const ApiTokenType = builder.objectRef<ApiToken>('ApiToken');
export const ConversationType = builder.objectRef<Conversation>('Conversation');
export const MessageType = builder.objectRef<Message>('Message');
export const ArticleType = builder.objectRef<Article>('Article');
export const AnswerSourceType = builder.objectRef<BotAnswer['sources'][number]>('AnswerSource');
