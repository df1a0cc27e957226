import { graphql } from '../graphql/document.ts';
import type { Result } from '../graphql/document.ts';

export const BotSettingsFields = graphql(`
  fragment BotSettingsFields on BotSettings { enabled available name health detail rules { name says reply choices } }
`);

export const BotSettingsQuery = graphql(`
  query BotSettings { botSettings { ...BotSettingsFields } }
`, [BotSettingsFields]);

export const SetBotEnabled = graphql(`
  mutation SetBotEnabled($enabled: Boolean!) {
    setBotEnabled(enabled: $enabled) { __typename ... on BotSettingsPayload { settings { ...BotSettingsFields } } ... on Error { reason } }
  }
`, [BotSettingsFields]);

export const SetBotRules = graphql(`
  mutation SetBotRules($rules: [BotRuleInput!]) {
    setBotRules(rules: $rules) { __typename ... on BotSettingsPayload { settings { ...BotSettingsFields } } ... on Error { reason } }
  }
`, [BotSettingsFields]);

export const TryBot = graphql(`
  query TryBot($question: String!) {
    tryBot(question: $question) { outcome text by matched confidence reason sources { articleId title } choices }
  }
`);

export type BotSettings = Result<typeof BotSettingsFields>;
export type BotTrial = Result<typeof TryBot>['tryBot'];
