import { XMLParser } from 'fast-xml-parser'

/** Numbers stay as they are written (0012 is no 12), spaces are the writer's, and entities are never expanded. */
const parser = new XMLParser({ parseTagValue: false, processEntities: false, ignoreAttributes: true, trimValues: false })

export type Fields = Readonly<Record<string, string>>

/** The fields of a flat `<xml>` message; undefined for what is none. */
export function readXml(body: string): Fields | undefined {
  try {
    const { xml } = parser.parse(body) as { xml?: unknown }
    if (typeof xml !== 'object' || xml === null || Array.isArray(xml)) return undefined
    return Object.fromEntries(Object.entries(xml).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  } catch {
    return undefined
  }
}

/** Text goes in CDATA, numbers bare. */
export function writeXml(fields: Readonly<Record<string, string | number>>): string {
  const inner = Object.entries(fields).map(([name, value]) => `<${name}>${typeof value === 'number' ? value : cdata(value)}</${name}>`)
  return `<xml>${inner.join('')}</xml>`
}

function cdata(text: string): string {
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}
