import { graphql } from '../graphql/document.ts';
import type { Result } from '../graphql/document.ts';

export const TextModelFields = graphql(`
  fragment TextModelFields on TextModel { name state progress detail canFetch }
`);

export const BotSettingsFields = graphql(`
  fragment BotSettingsFields on BotSettings { enabled available name health detail rules { name says reply choices } rulesVersion textModel { ...TextModelFields } }
`, [TextModelFields]);

export const BotSettingsQuery = graphql(`
  query BotSettings { botSettings { ...BotSettingsFields } }
`, [BotSettingsFields]);

export const SetBotEnabled = graphql(`
  mutation SetBotEnabled($enabled: Boolean!) {
    setBotEnabled(enabled: $enabled) { __typename ... on BotSettingsPayload { settings { enabled health detail } } ... on Error { reason } }
  }
`);

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

/** How the bot is, without what the team may be changing meanwhile. */
export const BotHealthQuery = graphql(`
  query BotHealth { botSettings { health detail textModel { ...TextModelFields } } }
`, [TextModelFields]);

export const FetchTextModel = graphql(`
  mutation FetchTextModel {
    fetchTextModel { __typename ... on BotSettingsPayload { settings { health detail textModel { ...TextModelFields } } } ... on Error { reason } }
  }
`, [TextModelFields]);

export const TryBot = graphql(`
  query TryBot($question: String!) {
    tryBot(question: $question) { outcome text by matched confidence reason detail heldBack firstTextMs sources { articleId title } choices }
  }
`);

export type BotSettings = Result<typeof BotSettingsFields>;
export type BotHealth = Result<typeof BotHealthQuery>['botSettings'];
export type TextModel = Result<typeof TextModelFields>;
export type BotTrial = Result<typeof TryBot>['tryBot'];
