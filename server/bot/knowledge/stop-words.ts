/**
 * English words that say nothing about the topic of a question: grammar, courtesy, what people wrap a question in, and what every article of a shop is
 * about.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(`
a able about above actually after afternoon again ago ages all already also although always am an and any anybody anyone anything anyway are arent around as
at away back basically be because been before being below between bit both but by can cannot cant certain check checking come comes coming could
couldnt currently dear did didnt do does doesnt doing done dont down during each either else especially evening ever every everything exactly far
felt few find for found from further get gets getting give go goes going good got guys had happen happened happening happens has hasnt have havent
having he hello help her here hers hey hi him his hope how however i id if ill im in instead into is isnt it item items its ive just keep keeps kind
kindly knew know known last let lets like ll look looking lot made make makes many may maybe me mean meant might mine more morning most much
must my myself near need needed needs never new next no none nor not nothing now of off ok okay on once one only onto or other our ours out over own per
perhaps please pls possible problem product products put question quite rather re really regarding right said same saw say see seem seems seen she
should shouldnt since so some somebody somehow someone something sometimes soon sorry still such suppose supposed sure take tell than thank thanks
that thats the their theirs them then there theres these they thing things think this those though thought through thx to today told too toward try
trying u under until up upon ur us use used using very via want wanted wants was wasnt way we well went were werent what whatever whats when
whenever where wheres whether which while who whom whose why will with within without wondering wont work worked working works would wouldnt yes yet
you youll your youre yours yourself
`.trim().split(/\s+/));
