// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { scheduling } from './engines/scheduling/index.ts'
import { documents } from './engines/documents/index.ts'
import { notifications } from './engines/notifications/index.ts'
import { booking } from './services/booking/index.ts'
import { doctorChoice } from './services/doctor-choice/index.ts'
import { exemptions } from './services/exemptions/index.ts'
import { vaccination } from './services/vaccination/index.ts'
import { payments } from './engines/payments/index.ts'
import { accounts } from './access/accounts/index.ts'
import { oidc } from './access/oidc/index.ts'
import { cards } from './access/cards/index.ts'
import { codes } from './access/codes/index.ts'
import { publicFlows } from './access/public-flows/index.ts'
import { contacts } from './access/contacts/index.ts'
import { alerts } from './access/alerts/index.ts'
import { auditTrail } from './access/audit/index.ts'
import { partners } from './access/partners/index.ts'
import { delegations } from './access/delegations/index.ts'
import { roles } from './access/roles/index.ts'
import { sessions } from './access/sessions/index.ts'
import { signIn } from './access/sign-in/index.ts'
import { prescriptions } from './national/prescriptions/index.ts'
import { operations } from './platform/operations.ts'
import { fhir } from './api/fhir/index.ts'
import { partnerApi } from './api/partner/index.ts'
import { reference } from './api/reference/index.ts'
import { catalogues } from './registry/catalogues/index.ts'
import { linkage } from './registry/linkage/index.ts'
import { nationalRegistries } from './registry/national/index.ts'
import { places } from './registry/places/index.ts'
import { registryDesk } from './services/registry-desk/index.ts'
import { helpDesk } from './insight/help-desk/index.ts'
import type { Room } from './platform/room.ts'

/** Every room of the product, ground floor first. */
export const rooms: readonly Room[] = [
  operations,
  reference,
  prescriptions,
  catalogues,
  linkage,
  nationalRegistries,
  places,
  auditTrail,
  alerts,
  sessions,
  roles,
  contacts,
  delegations,
  signIn,
  oidc,
  cards,
  codes,
  accounts,
  publicFlows,
  partners,
  scheduling,
  payments,
  documents,
  notifications,
  booking,
  doctorChoice,
  registryDesk,
  exemptions,
  vaccination,
  helpDesk,
  partnerApi,
  fhir,
]
