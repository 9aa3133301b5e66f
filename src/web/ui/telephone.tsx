// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** A number that can be called with one press and never breaks over two lines. */
export function Telephone(props: { number: string }) {
  return (
    <a className="sf-tel" href={`tel:${props.number.replaceAll(' ', '')}`}>
      {props.number}
    </a>
  )
}
