// The commented configuration file of a table with given values: what `init` writes and `config set` rewrites.
import { formatDurationMs } from './duration.ts';
import { codeName, type Field, isField, type Section } from './schema.ts';

/** A value as it stands in the file. */
export function tomlValue(field: Field, v: unknown): string {
  switch (field.kind) {
    case 'text':
      return JSON.stringify(v);
    case 'flag':
    case 'big':
      return String(v);
    case 'integer':
      return field.quoted ? `"${v}"` : String(v);
    case 'duration':
      return `"${formatDurationMs(v as number)}"`;
    case 'texts':
      return `[${(v as string[]).map((s) => JSON.stringify(s)).join(', ')}]`;
    case 'commas':
      return JSON.stringify((v as string[]).join(','));
    case 'tables':
      return `[${(v as unknown[]).map((e) => field.write(e)).join(', ')}]`;
  }
}

function comment(doc: string): string {
  return doc === ''
    ? ''
    : `${doc
        .split('\n')
        .map((line) => `# ${line}`)
        .join('\n')}\n`;
}

function sectionText(section: Section, values: Readonly<Record<string, unknown>>, path: string): string {
  let own = '';
  let inner = '';
  for (const [key, entry] of Object.entries(section)) {
    const v = values[codeName(key, entry)];
    // A key without a comment of its own belongs to the one above.
    if (isField(entry)) own += `${entry.doc === '' ? '' : '\n'}${comment(entry.doc)}${key} = ${tomlValue(entry, v)}\n`;
    else inner += sectionText(entry, v as Record<string, unknown>, path === '' ? key : `${path}.${key}`);
  }
  const head = path === '' || own === '' ? '' : `\n[${path}]\n`;
  return head + own + inner;
}

/** `head` is the comment at the top. */
export function configText(section: Section, values: object, head: string): string {
  return `${comment(head)}${sectionText(section, values as Record<string, unknown>, '')}`;
}
