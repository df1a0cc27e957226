/** An activity as the agent of this name reads it. NOTE: a namesake's reads the same, for an activity tells no more than the name. */
export function activityWords(text: string, name: string): string {
  if (text === `${name} joined`) return 'You took over';
  if ([' took over from ', ' handed back to the bot'].some((did) => text.startsWith(name + did))) return `You${text.slice(name.length)}`;
  if ([' took over from ', 'Resolved by ', 'Reopened by '].some((done) => text.endsWith(done + name))) return `${text.slice(0, -name.length)}you`;
  return text;
}
