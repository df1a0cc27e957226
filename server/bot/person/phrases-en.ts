/** How English asks for a person. Patterns see folded text (fold.ts): `don t`, `i d like`. */
const DETERMINER = '(?:(?:a|an|the|some|any|one of|your|you|real|actual|live|living|human|proper|support|service|customer|care|sales|senior'
  + '|team|goddamn|damn|bloody|fucking|freaking) ){0,5}';
/** People of the team, and nobody else. */
const STAFF = '(?:humans?(?: beings?)?|(?:real|actual|live) (?:person|people|someone|somebody|one)|agent|rep|representative|operator|advis[eo]r'
  + '|supervisor|manager|(?:someone|somebody|anyone|anybody) (?:real|human)'
  + '|(?:human|live|real|personal) (?:support|help|assistance|contact|agent))';
const ANYBODY = `(?:${STAFF}|person|someone|somebody|sb|anyone|anybody|members? of (?:staff|(?:your|the) (?:[^ ]+ )?(?:staff|team))|agents|representatives`
  + '|colleagues?|staff|employees?|team member|assistant|support|support team|customer (?:service|support|care)|your team|the team|boss|owner'
  + '|reception|front desk|help ?desk)';
/** Not half of another noun, not somebody else's. */
const WHOLE = '(?! (?:else|s|other than|manual|panel|guide|account|sample|id|discount|code|fees?|login|licen[cs]e|number|size|name|role|seat'
  + '|resources|rights|that (?:removes|cleans))\\b)\\b';
/** Short enough that one word shows what it is about. */
const SHORT = '^(?=[^ ]+(?: [^ ]+){0,19}$)';
const SAYS = '(?:please |pls |maybe |perhaps |just |directly |live |again |now )*';
/** "Call me back", not "call me Tom". */
const CALL_END = '(?=$| (?:back|at|on|now|asap|please|today|tomorrow|later|when|about|immediately|urgently|under|this|\\d|in)\\b)';

export const ENGLISH: readonly string[] = [
  '\\b(?:talk|speak|chat) (?:to|with) my (?:agent|advis[eo]r|account manager|consultant|broker)\\b',
  `${SHORT}(?!.*\\b(?:am i|you|is (?:this|it|that)|was) ).*\\ban? (?:real|actual|live) person$`,
  '(?<!\\b(?:am i|do (?:i|we) (?:have|need) to) )\\b(?:talk|talking|speak|speaking|chat|chatting|deal|dealing|interact|a word|in touch'
    + `|chance to talk) ${SAYS}(?:t+o|wi[a-z]{1,3}) ${DETERMINER}${ANYBODY}${WHOLE}`,
  '\\b(?:connect|transfer|put|pass|hand|switch|forward|redirect|route|send|take|get|give|bring|find|refer|patch|direct|escalate|turn) (?:to )?(?:me'
    + `|us) (?:[^ ]+ ){0,2}?(?:to |with |over |through |on )*${DETERMINER}(?:${ANYBODY})${WHOLE}`,
  '\\b(?:connected|transferred|passed|handed|forwarded|redirected|switched|escalated|put through) (?:over |on )?(?:to'
    + `|with) ${DETERMINER}${ANYBODY}${WHOLE}`,
  '\\b(?:hand|pass|escalate|refer|transfer|forward|give) (?:this|it|that|me|my [^ ]+|(?:this|the) (?:chat|conversation|case|issue)) (?:over |on '
    + `|up )?to ${DETERMINER}(?:${STAFF}|person|colleague|team|support)${WHOLE}`,
  '(?<!\\bdo (?:i|we|you) )\\b(?:want|wants|need|prefer|wanna|demand|require|request|requesting|looking for|rather have|(?:would|d) like|(?:can'
    + '|could|may) (?:i|we) (?:please )?(?:have|get)|get (?:a|your|the)|help(?:ed)? (?:from|by))'
    + ` (?:to (?:reach|contact|see|have|get) )?${DETERMINER}(?:${STAFF}|person)${WHOLE}(?! (?:for|in)\\b)`,
  `\\b(?:reach|reach out to|contact(?! person\\b)|contacting|message|messaging|(?:hear (?:back )?|assistance )from|ask(?:ed|ing)? for|find`
    + `|get (?:a )?hold of|get through to)`
    + ` ${DETERMINER}(?:${STAFF}|person|(?:someone|somebody|anyone)(?= (?:at|from|here|please|now|directly|about)\\b|$))${WHOLE}(?! (?:for|in)\\b)`,
  `\\bconnect (?:to|with) ${DETERMINER}(?:${STAFF}|person|someone|somebody|support (?:agent|team|staff)|customer service)${WHOLE}|\\bwho (?:can`
    + '|could|do|should) i (?:talk|speak|chat) (?:to|with)(?: please| then)?$',
  '\\b(?:want|need|like|get|can i (?:have|get)) (?:someone|somebody|anyone) (?:from|of|at) (?:your|the|you|support|customer|staff)\\b|\\b(?:someone'
    + '|somebody) on the (?:line|phone)\\b',
  '\\b(?:someone|somebody|anyone) (?:who|that) (?:can|could|will) (?:actually |really )?(?:help|answer|fix|solve|sort)\\b(?! (?:[^ ]+ ){3})',
  `${SHORT}(?!.*\\b(?:(?:you|is this|is that|am i|are we|yourself) (?:[^ ]+ ){0,4}?human|human(?: being)? or`
    + '|or (?:are )?(?:a )?human)\\b).*(?<!\\b(?:for|by|of) (?:a |the )?)\\b(?:human|(?:any|some|real|actual|no|to|with) humans)\\b'
    + '(?! (?:resources?|rights|guides?|voices?|translators?|teachers?|drivers?|errors?|sized?|hair'
    + '|friendly|readable|body|bodies|food|grade|shape|made|consumption|review|beings are|genome'
    + '|skin)\\b)',
  '^(?:(?:a|an|the|to|hi|hello|hey|yes|yeah|no|ok|please|pls|just|now|real|live|actual|support|customer|service|need|want|i|get|give|me|talk|speak'
    + '|chat|with|another|some) )*'
    + `(?:${STAFF}|person|customer service|customer support|customer care|live chat|someone|somebody)(?: (?:please|pls|plz|now|thanks|thank you`
    + '|asap|here|needed|already))*$',
  `\\b(?:is|are|any) (?:there )?(?:a |an |any |some )?(?:live )?(?:${STAFF}|agents|representatives|person) (?:here|there|around|available|online`
    + '|i can|that i can|who can|i could|to talk|to speak|behind|reading)\\b|\\bis there (?:a|any) (?:real |actual |live )?person$'
    + '|\\b(?:have|got) (?:any )?(?:live|real|human) (?:agents?|people|persons?|support|staff)\\b',
  '\\b(?:is|are) (?:there )?(?:any |some )?(?:anyone|anybody|someone|somebody|real people|people) (?:there|here|around|online|available|real'
    + '|actually|home|reading|(?:i|we) (?:can|could) (?:talk|speak))\\b',
  '^(?:hello |hi |hey |is |are |there )*(?:anyone|anybody|someone|somebody|any humans?|any real people|any agents?|any people)(?: out)?(?: real| alive)?(?: there'
    + '| here| around| online| available| real)?(?: please| at all)?$',
  '(?<!\\bi (?:am|m) )\\b(?:no|stop|not|enough|hate|without|isn t|aren t|out of|sick of|tired of|done with|fed up with|rid of'
    + '|leave me alone) (?:more |with |the '
    + '|this |these |your |talking |to |a |an |any |of |dumb |stupid |silly )*(?:bots?|robots?|chatbots?)\\b',
  '\\b(?:don t|do not|dont|never) (?:want|wanted|like|need) (?:to (?:talk|speak|chat|deal|write) )?(?:to |with )?(?:a |an |the |this |your |any '
    + '|some |stupid )*(?:bots?|robots?|chatbots?|ai)\\b',
  '\\b(?:don t|do not|dont|not|can t|cannot|won t) (?:want to )?(?:talk|speak|chat|deal|write|talking|speaking|do this|discuss this) (?:to|with) '
    + '(?:a |an |the |this |your )*(?:machine|computer|bot|robot|automat[^ ]*|program|software)\\b',
  '\\b(?:done|tired of|sick of|hate|stop|fed up with) talking to (?:a |an |the |this )*(?:machine|computer|wall)s?\\b',
  '\\b(?:instead of|rather than|not with|than) (?:to |with )?(?:a |an |the |this |your )*(?:bot|robot|chatbot|ai)\\b',
  '\\b(?:bots?|robots?|chatbots?) (?:is |are |s )?(?:so |really |totally |completely |just )*(?:useless|stupid|rubbish|dumb|annoying|no help'
    + '|not help[^ ]*'
    + '|can t help|cannot help|doesn t (?:help|understand)|does not (?:help|understand))\\b',
  '\\b(?:useless|stupid|dumb|bloody|damn|fucking) (?:chat)?(?:bot|robot)\\b',
  `^(?:please |pls )?(?:call|phone|ring) me${CALL_END}`,
  '\\b(?:can|could|would|please|pls|have|let|ask) (?:you |someone |somebody |anyone |anybody |a person |an agent |one of you )*(?:please '
    + `|to )?(?:call|phone|ring) me${CALL_END}`,
  '\\b(?:want|need|like|request|get|have) (?:a )?(?:call back|callback|phone call)\\b(?! (?:url|function|code))',
  '\\b(?:can|could|would|will(?! (?:someone|somebody|anyone|anybody) (?:call|phone))|may|let|have|want|need|get|ask|tell) (?:someone|somebody'
    + '|anyone|anybody|(?:a|your) (?:real |live )?(?:person'
    + '|colleague|supervisor|manager)|an (?:agent|actual person|operator)|one of your (?:colleagues|people|team))'
    + '(?: real| from (?:your |the )?[^ ]+| there| on your team| of you)? (?:please |actually )?(?:to )?(?:(?:answer|reply|respond|contact|call|phone'
    + '|take over|get back|talk|speak|step in|handle|look into'
    + '|(?:look at|check(?: on)?) (?:this|it|my (?:order|case|account|ticket|request|issue)))\\b|(?:check|help|assist)(?: me| us)?(?: out| please'
    + '| here| now| with this)?$)',
  '^(?:please )?escalate(?: please)?$|\\bescalate (?:this|it|my|me|to)\\b|\\bmember of (?:your|the) (?:team|staff) (?:be |here )?available\\b'
    + '|\\b(?:this|it) escalated\\b',
];
