import { graphql } from '../graphql/document.ts';
import type { Result } from '../graphql/document.ts';

export const TextModelFields = graphql(`
  fragment TextModelFields on TextModel { name state progress detail canFetch }
`);

/** How the bot is now, without what the team may be writing meanwhile. */
export const BotHealthFields = graphql(`
  fragment BotHealthFields on BotSettings { enabled available health detail textModel { ...TextModelFields } }
`, [TextModelFields]);

export const BotSettingsFields = graphql(`
  fragment BotSettingsFields on BotSettings { ...BotHealthFields name rules { name says reply choices } rulesVersion }
`, [BotHealthFields]);

export const BotSettingsQuery = graphql(`
  query BotSettings { botSettings { ...BotSettingsFields } }
`, [BotSettingsFields]);

export const SetBotEnabled = graphql(`
  mutation SetBotEnabled($enabled: Boolean!) {
    setBotEnabled(enabled: $enabled) { __typename ... on BotSettingsPayload { settings { ...BotHealthFields } } ... on Error { reason } }
  }
`, [BotHealthFields]);

export const SetBotRules = graphql(`
  mutation SetBotRules($rules: [BotRuleInput!], $version: String) {
    setBotRules(rules: $rules, version: $version) {
      __typename
      ... on BotSettingsPayload { settings { ...BotSettingsFields } }
      ... on InvalidInputError { field }
      ... on Error { reason }
    }
  }
`, [BotSettingsFields]);

export const BotHealthQuery = graphql(`
  query BotHealth { botSettings { ...BotHealthFields } }
`, [BotHealthFields]);

export const FetchTextModel = graphql(`
  mutation FetchTextModel {
    fetchTextModel { __typename ... on BotSettingsPayload { settings { ...BotHealthFields } } ... on Error { reason } }
  }
`, [BotHealthFields]);

export const TryBot = graphql(`
  query TryBot($question: String!, $rules: [BotRuleInput!]) {
    tryBot(question: $question, rules: $rules) { outcome text by matched confidence reason detail heldBack firstTextMs sources { articleId title } choices }
  }
`);

export type BotSettings = Result<typeof BotSettingsFields>;
export type BotHealth = Result<typeof BotHealthFields>;
export type TextModel = Result<typeof TextModelFields>;
export type BotTrial = Result<typeof TryBot>['tryBot'];
