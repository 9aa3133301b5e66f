// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState, type ReactNode } from 'react'
import { Problem } from '../app/api.ts'
import { useLanguage } from '../app/language.tsx'
import { Alert } from './alert.tsx'
import { Button } from './button.tsx'
import { Badge, Card, Facts } from './card.tsx'
import { Combobox } from './combobox.tsx'
import { Countdown } from './countdown.tsx'
import { DateField } from './date-field.tsx'
import { Dialog } from './dialog.tsx'
import { ErrorSummary } from './error-summary.tsx'
import { Checkbox, Field, RadioGroup, Select } from './field.tsx'
import { Page } from './page.tsx'
import { Pager } from './pager.tsx'
import { ProblemAlert } from './problem.tsx'
import { Progress, Skeleton } from './progress.tsx'
import { Rating } from './rating.tsx'
import { SlotPicker } from './slot-picker.tsx'
import { Stepper } from './stepper.tsx'
import { Table } from './table.tsx'
import { useToast } from './toast.tsx'

/** Every component in every state, for who builds pages and for the tests. Not linked and not for search engines. */
export function Components() {
  return (
    <Page title="Componenti" lead="Ogni componente in ogni stato.">
      <Buttons />
      <Fields />
      <Messages />
      <Waiting />
      <Boxes />
      <Choosing />
      <Rating about="components" kind="page" />
    </Page>
  )
}

function Group(props: { title: string; children: ReactNode }) {
  return (
    <section className="sf-narrow">
      <h2>{props.title}</h2>
      {props.children}
    </section>
  )
}

function Buttons() {
  const toast = useToast()
  const [open, setOpen] = useState(false)
  return (
    <Group title="Button, Dialog, Toast">
      <div className="sf-actions">
        <Button onClick={() => toast({ text: 'Contatti salvati.' })}>Mostra un avviso</Button>
        <Button look="outline-primary" icon="camera" onClick={() => setOpen(true)}>
          Apri la finestra
        </Button>
        <Button look="danger">Disdici</Button>
        <Button look="outline-danger">Disdici</Button>
        <Button look="link">Cambia persona</Button>
        <Button pending pendingText="Invio in corso…">
          Invia
        </Button>
      </div>
      <Dialog open={open} title="Vuoi davvero disdire?" onClose={() => setOpen(false)}>
        <p>Il posto passa a un’altra persona.</p>
        <Button onClick={() => setOpen(false)}>Tieni l’appuntamento</Button>
      </Dialog>
    </Group>
  )
}

function Fields() {
  const [area, setArea] = useState<string>()
  const [checked, setChecked] = useState(true)
  const [day, setDay] = useState('1984-02-29')
  const [half, setHalf] = useState<'am' | 'pm'>('am')
  const [month, setMonth] = useState('3')
  const months = Array.from({ length: 12 }, (_, index) => ({ value: String(index + 1), label: `Mese ${index + 1}` }))
  return (
    <Group title="Field, RadioGroup, Checkbox, Select, Combobox, DateField">
      <Field id="sample-name" label="Nome e cognome" autoComplete="name" />
      <Field
        id="sample-nre"
        label="Numero della ricetta"
        hint="15 caratteri"
        error="Scrivi il numero della ricetta"
        defaultValue="15"
      />
      <Field id="sample-text" label="Il tuo messaggio" optional rows={3} />
      <RadioGroup
        name="sample-half"
        legend="Momento della giornata"
        hint="Scegline uno"
        error="Scegli il momento"
        choices={[
          { value: 'am', label: 'Mattina', note: 'Prima delle 13' },
          { value: 'pm', label: 'Pomeriggio' },
        ]}
        value={half}
        onChange={setHalf}
      />
      <Checkbox
        id="sample-box"
        label="Mostra anche i posti fuori dalla mia area"
        checked={checked}
        onChange={setChecked}
      />
      <Select label="Mese" choices={months} value={month} onChange={setMonth} />
      <Combobox
        label="Comune"
        hint="Scrivi le prime lettere"
        choices={['Avellino', 'Benevento', 'Caserta', 'Napoli', 'Salerno'].map((label) => ({ value: label, label }))}
        value={area}
        onChange={setArea}
      />
      <DateField
        id="sample-day"
        legend="Data di nascita"
        hint="Per esempio 29 2 1984"
        birth
        value={day}
        onChange={setDay}
      />
      <DateField
        id="sample-wrong-day"
        legend="Data di nascita"
        error="Questa data non esiste"
        value="1983-02-30"
        onChange={() => undefined}
      />
    </Group>
  )
}

function Messages() {
  const problem = {
    code: 'booking/prescription-expired',
    title: 'La ricetta è scaduta.',
    detail: 'Chiedi al medico una nuova ricetta.',
    instance: 'urn:uuid:0195c2c0-0000-7000-8000-000000000000',
  }
  const [problems] = useState([{ field: 'sample-nre', message: 'Scrivi il numero della ricetta' }])
  const [shown, setShown] = useState(false)
  return (
    <Group title="Alert, ErrorSummary, ProblemAlert">
      <Alert tone="info" title="Non hai ancora prenotato." />
      <Alert tone="success" title="Prenotazione confermata">
        <p>Codice K7P2-M4XQ</p>
      </Alert>
      <Alert tone="warning" title="Non c’è posto entro il tempo massimo">
        <p>Puoi entrare nella lista d’attesa protetta.</p>
      </Alert>
      <ProblemAlert error={new Problem(problem, 409)} />
      <ProblemAlert error={new Problem({}, 503)} onRetry={() => undefined} />
      <Button onClick={() => setShown(true)}>Controlla il modulo</Button>
      {shown && <ErrorSummary problems={problems} />}
    </Group>
  )
}

function Waiting() {
  const [until] = useState(() => new Date(Date.now() + 600_000).toISOString())
  return (
    <Group title="Progress, Skeleton, Countdown, Stepper">
      <Progress label="Stiamo cercando i posti liberi…" note="Può servire fino a 10 secondi." />
      <Skeleton lines={2} />
      <Countdown until={until} />
      <Stepper steps={['Ricetta', 'Luogo e ora', 'Riepilogo']} current={1} />
    </Group>
  )
}

function Boxes() {
  return (
    <Group title="Card, Facts, Badge, Table, Pager">
      <Card
        title="martedì 3 marzo 2026, ore 9:30"
        level={3}
        tone="marked"
        aside={<Badge tone="success">Confermato</Badge>}
      >
        <Facts
          facts={[
            ['Dove', 'Ambulatorio di cardiologia, Napoli'],
            ['Per', 'Marta, 6 anni'],
          ]}
        />
      </Card>
      <p>
        {(['info', 'success', 'warning', 'danger', 'neutral'] as const).map((tone) => (
          <span key={tone}>
            <Badge tone={tone}>{tone}</Badge>{' '}
          </span>
        ))}
      </p>
      <Table
        caption="Pagamenti"
        rows={[
          { id: '1', what: 'Ticket', amount: '36,15 €' },
          { id: '2', what: 'Ticket', amount: '10,00 €' },
        ]}
        id={(row) => row.id}
        columns={[
          { title: 'Cosa', cell: (row) => row.what },
          { title: 'Importo', number: true, cell: (row) => row.amount },
        ]}
      />
      <Pager shown={20} more pending={false} onMore={() => undefined} />
    </Group>
  )
}

const times = ['2026-03-03T08:30:00Z', '2026-03-03T09:10:00Z', '2026-03-05T07:50:00Z'].map((startsAt) => ({
  id: startsAt,
  startsAt,
}))

function Choosing() {
  const { language } = useLanguage()
  const [chosen, setChosen] = useState<string>()
  return (
    <Group title="SlotPicker">
      <SlotPicker
        name="sample-slot"
        legend={language === 'it' ? 'Posti liberi' : 'Free places'}
        slots={times}
        chosen={chosen}
        onChoose={(slot) => setChosen(slot.id)}
        about={() => (
          <>
            <strong>Ambulatorio di cardiologia</strong>
            <span>Via Roma 1, Napoli</span>
            <span className="sf-marks">
              <Badge tone="success">Entro il tempo massimo</Badge>
            </span>
          </>
        )}
      />
    </Group>
  )
}
