/** How Portuguese asks for a person. Patterns see folded text (fold.ts): no accents. */
const STAFF = '(?:human[oa]s?|pessoa|pessoas (?:reais|de verdade)|atendentes?|agentes?|operadora?|representante|gerente|supervisora?'
  + '|atendimento (?:humano|ao cliente|pessoal)|apoio ao cliente|assistencia humana)';
const ANYBODY = `(?:${STAFF}|alguem|assistente|responsavel|chefe|suporte|apoio|atendimento|colegas?|funcionari[oa]|tecnico|colaboradora?`
  + '|consultora?|vendedora?|(?:a|sua|vossa|da) equip[ae]|voces|gente)';
const LINKS = '(?:de |falar |ver |ter |ser |atendid[oa] |por |com |a |o |um |uma |algum |alguma |que |me |atenda |outro |outra |ajuda |da |do )';
const SHORT = '^(?=[^ ]+(?: [^ ]+){0,19}$)';

export const PORTUGUESE: readonly string[] = [
  '\\b(?:falar|falo|fale|conversar|comunicar|contactar|contatar|contato|contacto|dialogar) (?:diretamente |ja |logo |agora )*(?:com|ao'
    + `|a) (?:[^ ]+ ){0,4}?${ANYBODY}\\b`,
  '\\b(?:(?:pass|transf|lig|encaminh|conect|coloqu|direcion|ponh)[^ ]* (?:me|nos)|(?:me|nos) (?:pass|transf|lig|encaminh|conect|coloc|coloqu'
    + `|direcion)[^ ]*)(?: [^ ]+){0,4}? ${ANYBODY}\\b`,
  `\\b(?:quero|queria|gostaria|gostava|preciso|prefiro|desejo|exijo|posso|chame|chama) ${LINKS}{0,6}(?:${STAFF}|alguem (?:real|de verdade))\\b`,
  `${SHORT}(?!.*\\b(?:es|voce e|recursos) ).*\\bhuman[oa]s?\\b`,
  `^(?:oi |ola |sim |nao |um |uma |com |por favor |falar |o |a |algum )*${ANYBODY}(?: real| humano| humana| de verdade| por favor| ja| agora`
    + '| obrigad[oa]| ai| aqui)*$',
  '\\b(?:tem|ha|existe|esta) (?:ai |aqui )?(?:alguem(?: ai| aqui| real| disponivel| online|$| que (?:me )?poss?a| para me)|(?:algum |alguma |um '
    + '|uma )?(?:pessoa (?:real|de verdade|ai|aqui|disponivel)|atendente|operador))',
  '\\b(?:nao (?:quero |falar |com |um |uma |o |mais |a |de ){0,6}|sem |chega de |(?:fart[oa]|cansad[oa]) (?:de |do |deste )|odeio )(?:robos?|bots?'
    + '|robots?|chatbots?|ia)\\b',
  '\\bnao quero falar com (?:uma |a )?(?:maquina|computador)\\b',
  '\\b(?:me (?:liga|ligue|ligar|ligarem|liguem|telefon[^ ]*)|(?:ligue|liguem|liga|telefone) me|(?:podem|pode|poderiam'
    + '|poderia)(?: alguem)? (?:me )?(?:ligar|telefonar|contactar|contatar|atender)(?: me)?|ser atendid[oa] por)\\b',
  '\\balguem (?:me )?(?:pode|poderia|possa) (?:me )?(?:ajudar$|ajudar me$|atender|responder|ligar|contactar)',
];
