import { fold } from './fold.ts';

/** In which the bot has words of its own; articles may be in any. */
export type Language = 'en' | 'de' | 'fr' | 'es' | 'pt';

/** Small words that tell a language, folded (fold.ts), but for those that mean something in English. */
const SMALL_WORDS: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: words(`
    a an and are be can do does for get have how i is it my not of on that the this to was we what when where which who why will with you your
  `),
  de: words(`
    aber auf bei bin bitte das dem den der du ein eine einem einen einer es fur gibt habe haben habt hier ich ihr ihre im ist kann kein keine
    konnen mein meine meinem meinen meiner mich mir mit muss nach nicht noch nur oder seit sie sind und uns vom von wann warum wenn werden wie
    wird wurde zu zum zur
  `),
  fr: words(`
    ai au aux avec avez ce cette combien dans de des du elle en est et etes faire il j je l la le les ma mais mes moi mon ne nous ou pas peut peux
    pourquoi puis qu quand que quel quelle qui sa sans sont suis sur temps un une vos votre vous
  `),
  es: words(`
    al como con cual cuando cuanto de del donde ella en es esta este estoy hace hay la las lo los mi mis muy para pero por puede puedo que quiero
    se sin su tengo tiene tienen un una usted y ya yo
  `),
  pt: words(`
    ao aos com como da das de dos ela ele em esta este estou eu fazer isso ja mas meu meus minha minhas muito na nao nas nos onde para pela pelo
    pode posso qual quando quanto que quero sao sem seu sua tem tenho um uma voce voces
  `),
};

/** Letters and signs that one of them has alone. */
const SIGNS: readonly (readonly [Language, RegExp])[] = [['de', /[äöüß]/i], ['fr', /[èàùœ]/i], ['es', /[ñ¿¡]/i], ['pt', /[ãõ]/i]];

/** The language of a text as its small words tell; English where they do not. */
export function languageOf(text: string): Language {
  const said = fold(text).split(' ');
  const counts: Record<Language, number> = { en: 0, de: 0, fr: 0, es: 0, pt: 0 };
  let best: Language = 'en';
  for (const language of Object.keys(counts) as Language[]) {
    for (const word of said) if (SMALL_WORDS[language].has(word)) counts[language] += word.length > 3 ? 2 : 1;
    if (SIGNS.some(([of, sign]) => of === language && sign.test(text))) counts[language] += 2;
    if (counts[language] > Math.max(1, counts[best])) best = language;
  }
  return best;
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
