// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import type { Room } from '../../platform/room.ts'
import { routes } from './routes.ts'
import { policies } from './policy.ts'

/** Documents made from typed data: pure functions from data and language to bytes. The room keeps nothing. */
export {
  bookingPromemoria,
  type BookingPromemoria,
  type Issuer,
  type PromemoriaAppointment,
} from './booking-promemoria.ts'
export { calendarFile, type CalendarAppointment, type CalendarFile } from './calendar.ts'
export { delegationDocument, type DelegationDocument } from './delegation.ts'
export { doctorAttestation, type DoctorAttestation } from './doctor-attestation.ts'
export { exemptionCertificate, type ExemptionCertificate } from './exemption-certificate.ts'
export { exemptionDeclaration, type ExemptionDeclaration } from './exemption-declaration.ts'
export { letters, type Letter, type Letters } from './letters.ts'
export { exemptionLetter, type ExemptionLetter } from './exemption-letter.ts'
export { noticeQr, paymentNotice, type Creditor, type PaymentNotice } from './payment-notice.ts'
export { paymentReceipt, type PaymentReceipt } from './payment-receipt.ts'

/** Papers that no service prints. */
export const documents: Room = { name: 'documents', policies, routes }
