// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { useSearchParams } from 'react-router'
import type { Prescription, PrescriptionLine } from '../app/contract.ts'
import { useLanguage } from '../app/language.tsx'
import { Combobox } from '../ui/combobox.tsx'
import { RadioGroup, Select } from '../ui/field.tsx'

const parameter = 'services'

/** Services chosen for lines whose code stands for several, from the address of the page: `1:<id>,2:<id>`. */
export function useChosenServices(prescription: Prescription) {
  const [params, setParams] = useSearchParams()
  const chosen = new Map<number, string>()
  for (const pair of (params.get(parameter) ?? '').split(',')) {
    const [line = '', serviceId = ''] = pair.split(':')
    const open = prescription.lines.find((one) => one.line === Number(line))
    if (open?.candidates.some((one) => one.serviceId === serviceId)) chosen.set(Number(line), serviceId)
  }
  const open = prescription.lines.filter((line) => line.serviceId === null && line.candidates.length > 0)
  function choose(line: number, serviceId: string | undefined) {
    const next = new Map(chosen)
    if (serviceId) next.set(line, serviceId)
    else next.delete(line)
    const text = [...next].map(([number, id]) => `${number}:${id}`).join(',')
    setParams(
      (before) => {
        const after = new URLSearchParams(before)
        if (text) after.set(parameter, text)
        else after.delete(parameter)
        return after
      },
      { replace: true, preventScrollReset: true },
    )
  }
  return {
    chosen,
    open,
    complete: open.every((line) => chosen.has(line.line)),
    choose,
    text: params.get(parameter) ?? '',
  }
}

/** One plain question for each line that may mean several services. */
export function ServiceQuestion(props: {
  line: PrescriptionLine
  value: string | undefined
  onChoose: (serviceId: string | undefined) => void
}) {
  const { words } = useLanguage()
  const text = words.book.step2
  const { line, value, onChoose } = props
  const choices = line.candidates.map((one) => ({ value: one.serviceId, label: one.description }))
  const label = text.which(line.description)
  if (choices.length <= 5)
    return (
      <RadioGroup
        name={`service-${line.line}`}
        legend={label}
        hint={text.whichText}
        choices={choices}
        value={value}
        onChange={onChoose}
      />
    )
  if (choices.length > 10)
    return <Combobox label={label} hint={text.whichText} choices={choices} value={value} onChange={onChoose} />
  return (
    <Select
      label={label}
      choices={[{ value: '', label: text.chooseService }, ...choices]}
      value={value ?? ''}
      onChange={(chosen) => onChoose(chosen || undefined)}
    />
  )
}
