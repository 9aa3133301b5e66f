// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { FileLink } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { useDoctorWords } from './words.ts'

/** The choice on paper: to keep as a file, or to print from a window of its own. */
export function Attestation({ personId }: { personId: string }) {
  const text = useDoctorWords().mine
  const address = `/api/v1/people/${personId}/doctor/attestation.pdf`
  return (
    <>
      <FileLink href={address} icon="file-pdf">
        {text.attestation}
      </FileLink>
      <a href={address} className="btn btn-outline-primary" target="_blank" rel="noopener">
        <Icon name="print" />
        <span>{text.print}</span>
      </a>
    </>
  )
}
