/** English words that say nothing about the topic of a question: grammar, courtesy, and what people wrap a question in. */
export const STOP_WORDS: ReadonlySet<string> = new Set(`
a about above after again all also although always am an and any anybody anyone anything are arent around as at away
back be because been before being below between both but by
can cannot cant come comes coming could couldnt
did didnt do does doesnt doing done dont down during
each either else ever every everything
far few find for from further
get gets getting give go goes going good got
had happen happened happening happens has hasnt have havent having he hello help her here hers hey hi him his how however
i id if ill im in into is isnt it its ive
just keep keeps kind know
let lets like ll look looking lot
made make makes many may maybe me mean might mine more most much must my myself
near need needed needs never no none nor not nothing now
of off okay ok on once one only onto or other our ours out over own
per perhaps please pls possible problem put question quite
rather re really regarding
said same say see seem seems she should shouldnt since so some somebody somehow someone something sometimes soon sorry still such suppose supposed sure
take tell than thank thanks that thats the their theirs them then there theres these they thing things think this those though through thx to today too toward try trying
u under until up upon ur us use used using
very via
want wanted wants was wasnt way we well went were werent what whats whatever when whenever where wheres whether which while who whom whose why will with within without wondering wont would wouldnt
yes yet you youll your youre yours yourself
able actually already anyway basically bit certain currently dear especially exactly guys hope instead kindly morning afternoon evening okay right
`.trim().split(/\s+/));
