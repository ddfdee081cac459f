import { readFileSync } from 'node:fs'

export const promptNames = ['answer', 'follow-up', 'story'] as const
export type PromptName = (typeof promptNames)[number]

/** The two halves of a prompt: what the model is told, and the frame that the resident's words are put in. */
export type Prompt = { readonly system: string; readonly frame: string }

/** Reads prompts/NAME.md: a header for people between --- lines, then 「# 指示」 and 「# 内容」. */
export function readPrompt(name: PromptName): Prompt {
  const source = readFileSync(new URL(`../../prompts/${name}.md`, import.meta.url), 'utf8')
  const [, system = '', frame = ''] = /^---\n[\s\S]*?\n---\n+# 指示\n([\s\S]+?)\n# 内容\n([\s\S]+)$/.exec(source) ?? []
  if (!system.trim() || !frame.trim()) throw new Error(`prompts/${name}.md needs a header between --- lines, then # 指示 and # 内容`)
  return { system: system.trim(), frame: frame.trim() }
}

/**
 * Puts values where the frame says {name}. A value is data: what looks like the frame's own brackets is
 * taken out of it, so that no value can close its part and speak as the frame.
 */
export function fill(frame: string, values: Readonly<Record<string, string>>): string {
  return frame.replace(/\{([a-z]+)\}/g, (_, name: string) => (values[name] ?? '').replace(/[<＜〈]\s*[/／]?\s*(?:资料|来信|引用|前文|故事)[^>＞〉]{0,40}[>＞〉]/g, ' '))
}
