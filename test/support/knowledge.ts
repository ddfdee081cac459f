/** Small sound files of a knowledge folder; each test bends what it is about. */
export function guideFile(over: { basis?: string; answer?: string; questions?: readonly string[]; risk?: string; services?: string; checked?: string; sources?: string; id?: string } = {}): string {
  const questions = over.questions ?? Array.from({ length: 12 }, (_, index) => `厂里拖工资的第${index + 1}种问法`)
  return [
    '---', `id: ${over.id ?? 'unpaid-wages'}`, 'kind: guide', 'title: 拖欠工资怎么讨', 'domain: 劳动用工', `risk: ${over.risk ?? 'adviser'}`, `checked: ${over.checked ?? '2026-11-22'}`, 'basis:',
    over.basis ?? '  - { law: 劳动争议调解仲裁法, articles: [27] }', `services: ${over.services ?? '[service-labour-arbitration]'}`, 'questions:',
    ...questions.map((question) => `  - ${question}`), ...(over.sources ? ['sources:', over.sources] : []), '---', '', ...(over.answer === '' ? [] : ['## 简答', '', over.answer ?? '一般要在1年内申请劳动仲裁，不收费。']),
    '', '## 怎么办', '', '1. **留证据**：工资条、聊天记录。', '', '## 注意', '', '- 别拖。', '',
  ].join('\n')
}

export function serviceFile(id = 'service-labour-arbitration'): string {
  return [
    '---', `id: ${id}`, 'kind: service', 'title: 劳动人事争议仲裁院', 'category: 仲裁', 'phone: "12333"', 'checked: 2026-11-22', 'basis:', '  - { law: 劳动争议调解仲裁法, articles: [27] }', 'questions:',
    ...Array.from({ length: 8 }, (_, index) => `  - 劳动仲裁院的第${index + 1}种问法`), '---', '', '## 简答', '', '管工资纠纷，不收费，打12333问地址。', '',
  ].join('\n')
}

export const lawsFile = [
  '- { name: 中华人民共和国劳动争议调解仲裁法, short: [劳动争议调解仲裁法], articles: 54, adopted: 2007-12-29, effective: 2008-05-01 }',
  '- { name: 中华人民共和国合同法, short: [合同法], articles: 428, effective: 1999-10-01, repealed: 2021-01-01, replacedBy: 民法典 }',
  '- { name: 商标法新, articles: 80, effective: 2027-01-01 }',
  '- { name: 中华人民共和国宪法, short: [宪法], articles: 143, inserted: ["序言"], adopted: 1982-12-04, effective: 1982-12-04 }',
].join('\n')
