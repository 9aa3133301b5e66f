// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { constraint, Refusal } from '../../platform/errors.ts'
import type { RoleCode } from '../../platform/policy.ts'
import type { OrganisationKind } from '../../registry/organisations/index.ts'

export type AppointmentState = 'active' | 'suspended' | 'ended'
export type Step = 'suspend' | 'resume' | 'end' | 'confirm'

/** What an administrator can do with an appointment, from which states, and how the history calls it. */
export const steps = {
  suspend: { from: ['active'], to: 'suspended', as: 'suspended' },
  resume: { from: ['suspended'], to: 'active', as: 'resumed' },
  end: { from: ['active', 'suspended'], to: 'ended', as: 'ended' },
  confirm: { from: ['active', 'suspended'], to: null, as: 'confirmed' },
} as const satisfies Record<Step, { from: readonly AppointmentState[]; to: AppointmentState | null; as: string }>

/** Roles over the whole region are given by the region alone. */
export const regionOnly: ReadonlySet<RoleCode> = new Set(['auditor', 'crisis-unit'])

/** Whether an organisation of this kind may give this role. */
export const mayGive = (role: RoleCode, kind: OrganisationKind): boolean => kind === 'region' || !regionOnly.has(role)

/** Months after which an administrator is asked whether the appointment still holds, and days without use that suspend it. */
export const upkeep = { certifyMonths: 12, unusedDays: 180 } as const

export const refusals = {
  notYours: new Refusal(
    'roles/other-organisation',
    403,
    {
      it: 'Puoi gestire solo gli incarichi della tua organizzazione.',
      en: 'You manage the appointments of your own organisation only.',
    },
    {
      next: {
        it: 'Rivolgiti all’amministratore di quella organizzazione.',
        en: 'Ask the administrator of that organisation.',
      },
      field: 'organisationId',
    },
  ),
  regionOnly: new Refusal(
    'roles/region-only',
    403,
    { it: 'Questo ruolo lo assegna solo la Regione.', en: 'Only the region gives this role.' },
    { field: 'role' },
  ),
  unknownPerson: new Refusal(
    'roles/unknown-person',
    409,
    {
      it: 'Nell’anagrafe regionale non c’è una persona con questo codice fiscale.',
      en: 'The regional registry has no person with this fiscal code.',
    },
    {
      next: {
        it: 'Controlla il codice; chi non è in anagrafe si iscrive al distretto.',
        en: 'Check the code; who is not in the registry registers at the district.',
      },
      field: 'fiscalCode',
    },
  ),
  wrongPeriod: new Refusal(
    'roles/wrong-period',
    400,
    { it: 'L’incarico finisce prima di cominciare.', en: 'The appointment ends before it begins.' },
    { field: 'until' },
  ),
  wrongState: new Refusal(
    'roles/wrong-state',
    409,
    { it: 'Questo incarico non è più nello stato che vedi.', en: 'This appointment is no longer as you see it.' },
    { next: { it: 'Ricarica la pagina.', en: 'Reload the page.' } },
  ),
  wrongCursor: new Refusal(
    'roles/wrong-cursor',
    400,
    { it: 'Questa pagina di risultati non esiste.', en: 'This page of results does not exist.' },
    { next: { it: 'Ripeti la ricerca.', en: 'Search again.' }, field: 'cursor' },
  ),
  notHeld: new Refusal(
    'roles/not-held',
    403,
    { it: 'Oggi non hai questo incarico.', en: 'You do not hold this appointment today.' },
    {
      next: {
        it: 'Scegli un altro ruolo o chiedi all’amministratore della tua organizzazione.',
        en: 'Choose another role or ask the administrator of your organisation.',
      },
    },
  ),
}

constraint(
  'role_appointment_once',
  new Refusal(
    'roles/already-given',
    409,
    {
      it: 'La persona ha già questo ruolo nello stesso periodo.',
      en: 'The person already holds this role in the same period.',
    },
    {
      next: {
        it: 'Chiudi l’incarico che c’è, o scegli un altro periodo.',
        en: 'End the one there is, or choose another period.',
      },
    },
  ),
)
constraint(
  'role_appointment_not_to_oneself',
  new Refusal(
    'roles/not-to-oneself',
    409,
    { it: 'Nessuno dà un incarico a sé stesso.', en: 'Nobody gives an appointment to herself.' },
    { next: { it: 'Lo fa un altro amministratore.', en: 'Another administrator does it.' }, field: 'fiscalCode' },
  ),
)
