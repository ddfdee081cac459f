import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { unzipSync } from 'fflate'
import { z } from 'zod'
import { ExpectedError } from '../../domain/errors.ts'
import { formats } from './read.ts'

/** A collection could not be fetched; what was fetched of it is kept, and the next try goes on from there. */
export class DownloadFailed extends ExpectedError {
  readonly code = 'download-failed'
}

export type Downloaded = { readonly url: string; readonly folder: string; readonly sha256: string; readonly bytes: number; readonly changed: boolean; /** Bytes that an earlier try had left. */ readonly resumedAt: number }

const ledgerFile = 'sources.json'
const ledgerSchema = z.record(z.string(), z.object({ sha256: z.string(), bytes: z.number(), at: z.string() }))
/** No collection of statutes is larger, packed or unpacked. */
const largest = { packed: 300 * 1024 * 1024, unpacked: 600 * 1024 * 1024, file: 30 * 1024 * 1024 }

/**
 * Fetches collections packed as zip, and unpacks the statutes in them into a folder each.
 *
 * Checksums are kept beside them in `sources.json`. An address may demand one: `https://…zip#sha256=…`.
 */
export async function downloadCollections(urls: readonly string[], dir: string, now: () => Date): Promise<Downloaded[]> {
  await mkdir(dir, { recursive: true })
  const path = join(dir, ledgerFile)
  const ledger = ledgerSchema.parse(JSON.parse(await readFile(path, 'utf8').catch(() => '{}')))
  const downloaded: Downloaded[] = []
  for (const address of urls) {
    const [url = '', demanded] = address.split('#sha256=')
    const name = createHash('sha256').update(url).digest('hex').slice(0, 12)
    const archive = join(dir, `${name}.zip`)
    const resumedAt = await fetchFile(url, `${archive}.part`)
    const { sha256, bytes } = await digest(`${archive}.part`)
    if (demanded !== undefined && demanded.toLowerCase() !== sha256) {
      await rm(`${archive}.part`)
      throw new DownloadFailed(`${url} 的校验和不对：应为 ${demanded}，实为 ${sha256}；怎么办：可能下坏了或被换过，核对来源后再下一次`)
    }
    await rename(`${archive}.part`, archive)
    const folder = join(dir, name)
    const changed = ledger[url]?.sha256 !== sha256 || !(await stat(folder).catch(() => undefined))
    if (changed) await unpack(archive, folder, url)
    ledger[url] = { sha256, bytes, at: now().toISOString() }
    await writeFile(`${path}.part`, `${JSON.stringify(ledger, null, 2)}\n`)
    await rename(`${path}.part`, path)
    downloaded.push({ url, folder, sha256, bytes, changed, resumedAt })
  }
  return downloaded
}

/** Fetches into a file, going on from what an earlier try left; gives where it went on. */
async function fetchFile(url: string, part: string): Promise<number> {
  const had = (await stat(part).catch(() => undefined))?.size ?? 0
  const tag = had > 0 ? await readFile(`${part}.etag`, 'utf8').catch(() => '') : ''
  const resume = had > 0 && tag !== ''
  let response: Response
  try {
    response = await fetch(url, { headers: { 'accept-encoding': 'identity', ...(resume ? { range: `bytes=${had}-`, 'if-range': tag } : {}) } })
  } catch (cause) {
    throw offline(url, cause)
  }
  if (response.status === 416 && resume) {
    await rm(part)
    return fetchFile(url, part)
  }
  if (!response.ok || !response.body) throw new DownloadFailed(`${url} 回的是 ${response.status}；怎么办：在浏览器里打开这个网址看看，或在 STATUTES_URLS 里换一个`)
  const resumed = resume && response.status === 206
  const expected = Number(response.headers.get('content-length') ?? 0)
  if (expected > largest.packed) throw new DownloadFailed(`${url} 有 ${Math.round(expected / 1024 / 1024)} MB，太大了；怎么办：核对网址`)
  await writeFile(`${part}.etag`, response.headers.get('etag') ?? '')
  try {
    await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(part, { flags: resumed ? 'a' : 'w' }))
  } catch (cause) {
    throw offline(url, cause)
  }
  await rm(`${part}.etag`, { force: true })
  return resumed ? had : 0
}

function offline(url: string, cause: unknown): DownloadFailed {
  return new DownloadFailed(`下载 ${url} 中断或连不上；怎么办：联网后再运行一次，会接着下；没有网的机器，把别处下好的文件夹拷来，用 npm run statutes -- import 文件夹`, { cause })
}

async function digest(path: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  return { sha256: hash.digest('hex'), bytes }
}

/** Unpacks the files that can be statutes; nothing of an archive lands outside its folder. */
async function unpack(archive: string, folder: string, url: string): Promise<void> {
  let size = 0
  let files: Record<string, Uint8Array>
  try {
    files = unzipSync(await readFile(archive), {
      filter: ({ name, originalSize }) => {
        const wanted = (formats.includes(extname(name).toLowerCase()) || basename(name) === 'versions.json') && originalSize <= largest.file
        if (wanted) size += originalSize
        return wanted && size <= largest.unpacked
      },
    })
  } catch (cause) {
    await rm(archive, { force: true })
    throw new DownloadFailed(`${url} 下来的不是完好的 zip；怎么办：核对网址，再下一次`, { cause })
  }
  const fresh = `${folder}.new`
  await rm(fresh, { recursive: true, force: true })
  for (const [name, bytes] of Object.entries(files)) {
    const path = resolve(fresh, name)
    if (!path.startsWith(resolve(fresh) + sep)) continue
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  }
  await rm(folder, { recursive: true, force: true })
  await rename(fresh, folder)
}
