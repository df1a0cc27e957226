/** How Portuguese asks for a person. Patterns see folded text (fold.ts): no accents. */
const STRONG = '(?:humanos?|ser(?:es)? humanos?|pessoa|pessoas reais|atendentes?|agentes?|operadora?|representante|gerente|supervisora?|atendimento humano|atendimento ao cliente|apoio ao cliente)';
const PERSON = `(?:${STRONG}|alguem|assistente|responsavel|chefe|suporte|apoio|atendimento|colegas?|funcionari[oa]|tecnico|colaboradora?|consultora?|(?:a|sua|vossa) equip[ae]|voces)`;
const LINKS = '(?:de |falar |ver |ter |ser |atendid[oa] |por |com |a |o |um |uma |algum |alguma |que |me |atenda |outro |outra |ajuda |da |do )';

export const PORTUGUESE: readonly string[] = [
  `\\b(?:falar|falo|conversar|comunicar|contactar|contatar|dialogar) (?:diretamente |ja |logo |agora )*(?:com|ao|a) (?:[^ ]+ ){0,4}?${PERSON}\\b`,
  `\\b(?:(?:pass|transf|lig|encaminh|conect|coloqu|direcion|ponh)[^ ]* (?:me|nos)|(?:me|nos) (?:pass|transf|lig|encaminh|conect|coloc|coloqu|direcion)[^ ]*)(?: [^ ]+){0,4}? ${PERSON}\\b`,
  `\\b(?:quero|queria|gostaria|preciso|prefiro|desejo|exijo|posso|chame|chama) ${LINKS}{0,6}(?:${STRONG}|alguem (?:real|de verdade|humano))\\b`,
  `^(?:oi |ola |sim |nao |um |uma |com |por favor |falar |o |a |algum )*${PERSON}(?: real| humano| humana| de verdade| por favor| ja| agora| obrigad[oa]| ai| aqui)*$`,
  '\\b(?:tem|ha|existe|esta) (?:ai |aqui )?(?:alguem(?: ai| aqui| real| disponivel| humano| online|$)|(?:algum |alguma |um |uma )?(?:humano|pessoa (?:real|de verdade|ai|aqui)|atendente|operador))',
  '\\b(?:nao (?:quero |falar |com |um |uma |o |mais |a |de ){0,6}|sem |chega de |odeio )(?:robos?|bots?|robots?|chatbots?|ia)\\b',
  '\\bnao quero falar com (?:uma |a )?(?:maquina|computador)\\b',
  '\\b(?:me (?:liga|ligue|ligar|ligarem|liguem|telefon[^ ]*)|(?:ligue|liguem|liga|telefone) me|(?:podem|pode|poderiam|poderia)(?: alguem)? (?:me )?(?:ligar|contactar|contatar|atender)(?: me)?|ser atendid[oa] por)\\b',
  '\\balguem (?:pode|poderia) (?:me )?(?:ajudar$|ajudar me$|atender|responder|ligar|contactar)',
];
