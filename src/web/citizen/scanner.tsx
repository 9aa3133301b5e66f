// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useRef, useState } from 'react'
import { useWords } from '../app/language.tsx'
import { Alert } from '../ui/alert.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { cleanNre, joinPieces } from './nre.ts'

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>
}

/** The browser's own reader where there is one, else ours, whose wasm file comes from this site. */
async function openDetector(): Promise<Detector> {
  const formats = ['code_39', 'code_128'] as const
  const native = (globalThis as { BarcodeDetector?: new (options: object) => Detector }).BarcodeDetector // not yet in TypeScript's DOM
  if (native) return new native({ formats })
  const [{ BarcodeDetector, prepareZXingModule }, { default: wasm }] = await Promise.all([
    import('barcode-detector/ponyfill'),
    import('zxing-wasm/reader/zxing_reader.wasm?url'),
  ])
  prepareZXingModule({ overrides: { locateFile: () => wasm } })
  return new BarcodeDetector({ formats: [...formats] })
}

/** Reads the two bar codes of a prescription with the camera. Opened by a button; typing stays possible. */
export function Scanner(props: { open: boolean; onClose: () => void; onRead: (nre: string) => void }) {
  const words = useWords().book.scanner
  const video = useRef<HTMLVideoElement>(null)
  const [first, setFirst] = useState<string>()
  const [fault, setFault] = useState<'denied' | 'none'>()
  const { open, onRead } = props

  useEffect(() => {
    if (!open) return
    let stream: MediaStream | undefined
    let running = true
    const pieces = new Set<string>()

    async function look(detector: Detector) {
      while (running) {
        const seen = video.current?.readyState === 4 ? await detector.detect(video.current) : []
        for (const { rawValue } of seen) pieces.add(cleanNre(rawValue))
        setFirst([...pieces].find((piece) => piece.length === 5 || piece.length === 10))
        const nre = joinPieces([...pieces])
        if (nre) return onRead(nre)
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    }
    async function start() {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      if (!running || !video.current) return
      video.current.srcObject = stream
      await video.current.play()
      await look(await openDetector())
    }
    start().catch((error: unknown) => {
      if (running) setFault(error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'none')
    })
    return () => {
      running = false
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
  }, [open, onRead])

  return (
    <Dialog open={open} title={words.title} onClose={props.onClose}>
      <p>{words.text}</p>
      {fault ? (
        <Alert tone="warning" live title={words[fault]} />
      ) : (
        <>
          <video ref={video} className="sf-video" muted playsInline aria-label={words.video} />
          <p role="status">{first ? words.second(first) : words.first}</p>
        </>
      )}
    </Dialog>
  )
}
