import { createHash } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DownloadFailed, downloadCollections } from '../../../src/knowledge/import/download.ts'
import { importStatutes } from '../../../src/knowledge/import/import.ts'
import { asMarkdown, wellLaw } from '../../support/statutes.ts'

const archive = zipSync({ 'laws-main/水井.md': strToU8(asMarkdown(wellLaw())), 'laws-main/run.sh': strToU8('exit 1'), '../outside.md': strToU8('x') }, { level: 0 })
const sum = createHash('sha256').update(archive).digest('hex')
const now = () => new Date('2026-11-22T00:00:00Z')

let dir = ''
let server: Server
let url = ''
let ranges: (string | undefined)[] = []
/** How many bytes the server gives before the line breaks; all of them by default. */
let breakAfter: number | undefined

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'download-'))
  ranges = []
  breakAfter = undefined
  server = createServer((request, response) => {
    if (request.url !== '/laws.zip') return void response.writeHead(404).end()
    ranges.push(request.headers.range)
    const from = request.headers['if-range'] === '"v1"' ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0
    response.writeHead(from > 0 ? 206 : 200, { etag: '"v1"', 'content-length': archive.length - from })
    if (breakAfter === undefined) return void response.end(archive.subarray(from))
    response.write(archive.subarray(from, breakAfter))
    // Not before the bytes are on the disk: what still was under way would be lost with the line.
    const most = breakAfter
    void vi.waitFor(async () => {
      const part = (await readdir(dir)).find((name) => name.endsWith('.part'))!
      expect((await stat(join(dir, part))).size).toBe(most)
    }, 5000).finally(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/laws.zip`
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await rm(dir, { recursive: true, force: true })
})

test('fetches a collection, keeps its checksum, and unpacks statutes only, into its own folder', async () => {
  const [got] = await downloadCollections([url], dir, now)
  expect(got).toMatchObject({ sha256: sum, bytes: archive.length, changed: true, resumedAt: 0 })
  expect((await readdir(got!.folder, { recursive: true })).sort()).toEqual(['laws-main', 'laws-main/水井.md'])
  expect((await readdir(dir)).filter((name) => name.includes('outside'))).toEqual([])
  expect(JSON.parse(await readFile(join(dir, 'sources.json'), 'utf8'))).toEqual({ [url]: { sha256: sum, bytes: archive.length, at: '2026-11-22T00:00:00.000Z' } })
  expect((await importStatutes([got!.folder], join(dir, 'store'))).taken).toMatchObject([{ title: '中华人民共和国水井使用法', articles: 13, stored: 'new' }])
  expect((await downloadCollections([url], dir, now))[0]?.changed).toBe(false)
})

test('goes on where the line broke', async () => {
  breakAfter = 1000
  await expect(downloadCollections([url], dir, now)).rejects.toThrow(/中断或连不上；怎么办：联网后再运行一次，会接着下/)
  breakAfter = undefined
  expect(await downloadCollections([url], dir, now)).toMatchObject([{ sha256: sum, resumedAt: 1000 }])
  expect(ranges).toEqual([undefined, 'bytes=1000-'])
})

test('refuses an archive whose checksum is not the demanded one', async () => {
  await expect(downloadCollections([`${url}#sha256=${'0'.repeat(64)}`], dir, now)).rejects.toThrow(/校验和不对：应为 0+，实为 [0-9a-f]{64}；怎么办/)
  expect(await downloadCollections([`${url}#sha256=${sum}`], dir, now)).toHaveLength(1)
})

test('says what to do offline, and when the address is wrong', async () => {
  await expect(downloadCollections(['http://127.0.0.1:9/laws.zip'], dir, now)).rejects.toThrow(DownloadFailed)
  await expect(downloadCollections(['http://127.0.0.1:9/laws.zip'], dir, now)).rejects.toThrow(/没有网的机器/)
  await expect(downloadCollections([url.replace('laws', 'none')], dir, now)).rejects.toThrow(/回的是 404；怎么办/)
})
