/** How English asks for a person. Patterns see folded text (fold.ts). */
const DETERMINER = '(?:(?:a|an|the|some|any|one of|your|real|actual|live|living|human|proper|support|service|customer|care|sales|senior|team) ){0,5}';
const STRONG = '(?:human(?: being)?s?|real (?:person|people|someone|somebody)|actual people|person|agent|rep|representative|operator|advis[eo]r|supervisor|manager|(?:someone|somebody) (?:real|human)'
  + '|(?:human|live|real|personal) (?:support|help|assistance|contact))';
const PERSON = `(?:${STRONG}|someone|somebody|anyone|anybody|agents|representatives|colleagues?|staff|employee|team member|support|support team|customer (?:service|support|care)|your team|the team|boss)`;
/** A noun that stands for itself, not for the first half of another ("operator manual", "manager account"). */
const ALONE = '(?=$| (?:please|pls|plz|now|who|to|instead|and|or|because|from|asap|here|right|immediately|today|not|rather|than|about|i|this|thanks|thank|so|help|look|quickly|if|as|can|could|you)\\b)';
const SAYS = '(?:please |pls |maybe |perhaps |just |directly |live |again )*';

export const ENGLISH: readonly string[] = [
  `\\b(?:talk|talking|speak|speaking|chat|chatting|deal|dealing) ${SAYS}(?:to|with) ${DETERMINER}${PERSON}\\b(?! else)`,
  `\\b(?:connect|transfer|put|pass|hand|switch|forward|redirect|route|get|give|bring|refer|patch|direct|escalate) (?:me|us) (?:[^ ]+ ){0,2}?(?:to |with |over |through |on )*${DETERMINER}${PERSON}\\b(?! (?:else|s)\\b)${ALONE}`,
  `\\b(?:hand|pass|escalate|refer) (?:this|it|that|me|my [^ ]+) (?:over |on |up )?to ${DETERMINER}${PERSON}\\b(?! else)`,
  `(?<!\\bdo (?:i|we|you) )\\b(?:want|wants|need|prefer|wanna|demand|require|request|requesting|looking for|rather have|(?:would|d) like|(?:can|could|may) (?:i|we) (?:please )?(?:have|get)|find me|reach|contact|get hold of|get through to)`
    + ` (?:to (?:reach|contact|see|have|get) )?${DETERMINER}${STRONG}${ALONE}`,
  `^(?:(?:a|an|the|to|hi|hello|hey|yes|yeah|no|ok|please|pls|just|now|real|live|human|actual|support|customer|service|need|want|i|get|give|me|talk|speak|chat|with|another|some) )*`
    + `(?:${STRONG}|customer service|customer support|customer care|live chat|someone|somebody)(?: (?:please|pls|plz|now|thanks|thank you|asap|here|needed))*$`,
  `\\b(?:is|are|any) (?:there )?(?:a |an |any |some )?(?:real |actual |live |human )*(?:humans?|human beings?|real (?:person|people)|live person|agents?|person|somebody real|someone real|anyone real|representatives?|operator)`
    + ` (?:here|there|around|available|online|i can|that i can|who can|i could|to talk|to speak|behind|reading)\\b`,
  '\\b(?:is|are) (?:there )?(?:anyone|anybody|someone|somebody) (?:there|here|around|online|available|real|actually|home|reading|i can (?:talk|speak))\\b',
  '^(?:hello |hi |hey )?(?:anyone|anybody|someone|somebody|any humans?|any real people) (?:there|here|around|online|available|real)\\b',
  '\\b(?:no|stop|not|enough|hate|without|sick of|tired of) (?:more |with |the |this |these |your |talking |a |an |any |of |to |dumb |stupid )*(?:bots?|robots?|chatbots?)\\b',
  '\\b(?:don t|do not|dont|never) (?:want|wanted|like|need) (?:to (?:talk|speak|chat|deal|write) )?(?:to |with )?(?:a |an |the |this |your |any |some |stupid )*(?:bots?|robots?|chatbots?|ai)\\b',
  '\\b(?:don t|do not|dont) want to (?:talk|speak|chat|deal|write) (?:to|with) (?:a |an |the |this |your )*(?:machine|computer|automat[^ ]*|program)\\b',
  '\\b(?:instead of|rather than|not with|than) (?:to |with )?(?:a |an |the |this |your )*(?:bot|robot|chatbot|ai)\\b',
  '\\b(?:bot|robot|chatbot) (?:is |s )?(?:so |really |totally |completely |just )*(?:useless|stupid|rubbish|dumb|annoying|no help|not help[^ ]*|can t help|cannot help|doesn t help|does not help|doesn t understand|does not understand)\\b',
  '\\b(?:useless|stupid|dumb|bloody|damn|fucking) (?:chat)?(?:bot|robot)\\b',
  '^(?:please |pls )?(?:call|phone|ring) me\\b',
  '\\b(?:can|could|would|please|pls|have|let|ask) (?:you |someone |somebody |anyone |anybody |a person |an agent |a human |one of you )*(?:please |to )?(?:call|phone|ring) me\\b',
  '\\b(?:want|need|like|request|get|have) (?:a |you to )?(?:call back|callback|phone call|call me)\\b(?! (?:url|function|code))',
  `\\b(?:can|could|would|may|let|have|please have|want|need|get) (?:someone|somebody|anyone|anybody|a (?:real |live )?(?:human|person|colleague|supervisor|manager)|an (?:agent|actual person|operator)|one of your (?:colleagues|people|team))`
    + `(?: real| from (?:your|the) [^ ]+| there| on your team| of you)? (?:please |actually )?(?:to )?(?:answer|reply|respond|contact|call|phone|assist|look|take over|check|get back|talk|speak|step in|handle|help(?: me)?(?: out| please| here| now)?$)`,
  '\\bescalate (?:this|it|my|me)\\b|\\b(?:this|it) escalated\\b',
];
