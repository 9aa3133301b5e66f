// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { app } from '../app/addresses.ts'
import { api, ask, Problem } from '../app/api.ts'
import type { Account as AccountData } from '../app/contract.ts'
import { longDay } from '../app/formats.ts'
import { useLanguage } from '../app/language.tsx'
import { region } from '../region.ts'
import { Button } from '../ui/button.tsx'
import { Alert } from '../ui/alert.tsx'
import { Card, Facts } from '../ui/card.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Page } from '../ui/page.tsx'
import { ProblemAlert } from '../ui/problem.tsx'
import { Skeleton } from '../ui/progress.tsx'
import { useToast } from '../ui/toast.tsx'
import { CreateAccount } from './account-create.tsx'
import { AccountMobile } from './account-mobile.tsx'
import { Passkeys } from './account-passkeys.tsx'
import { AccountPassword } from './account-password.tsx'

/** The account, null when the person has none. */
async function fetchAccount(): Promise<AccountData | null> {
  try {
    return await ask(api.GET('/api/v1/account'))
  } catch (error) {
    if (error instanceof Problem && error.code === 'accounts/none') return null
    throw error
  }
}

/** Credentials of the service: made, changed and closed here. */
export function Account() {
  const { words } = useLanguage()
  const text = words.account
  const account = useQuery({ queryKey: ['account'], queryFn: fetchAccount })
  const crumbs = [
    { to: app.home, label: words.nav.home },
    { to: app.profile, label: words.nav.profile },
  ]
  return (
    <Page title={text.title(region.accountName)} lead={text.intro} crumbs={crumbs} narrow>
      {account.isPending && <Skeleton lines={5} />}
      {account.error && <ProblemAlert error={account.error} onRetry={() => void account.refetch()} />}
      {account.data === null && <CreateAccount />}
      {account.data && <Existing account={account.data} />}
    </Page>
  )
}

function Existing(props: { account: AccountData }) {
  const { language, words } = useLanguage()
  const text = words.account
  const { account } = props
  return (
    <>
      {account.mobile === null && <Alert tone="warning" title={text.mobileNeeded} />}
      <Card title={text.facts}>
        <Facts
          facts={[
            [text.userName, account.userName],
            [text.mobile, account.mobile ?? text.noMobile],
            [text.passwordSince, longDay(language, account.passwordSetAt.slice(0, 10))],
            [text.since, longDay(language, account.createdAt.slice(0, 10))],
          ]}
        />
      </Card>
      <AccountMobile key={account.mobile} account={account} />
      <AccountPassword account={account} />
      <Passkeys account={account} />
      <CloseAccount />
    </>
  )
}

function CloseAccount() {
  const { words } = useLanguage()
  const text = words.account
  const queries = useQueryClient()
  const toast = useToast()
  const [asking, setAsking] = useState(false)
  const close = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/account')),
    onSuccess: () => {
      setAsking(false)
      queries.setQueryData(['account'], null)
      toast({ text: text.closed })
    },
  })
  return (
    <>
      <p>
        <Button look="outline-danger" onClick={() => setAsking(true)}>
          {text.close}
        </Button>
      </p>
      <Dialog
        open={asking}
        title={text.closeTitle(region.accountName)}
        onClose={() => {
          setAsking(false)
          close.reset()
        }}
      >
        <p>{text.closeText}</p>
        {close.error && <ProblemAlert error={close.error} />}
        <div className="sf-actions">
          <Button look="danger" pending={close.isPending} pendingText={text.closing} onClick={() => close.mutate()}>
            {text.close}
          </Button>
          <Button look="outline-primary" onClick={() => setAsking(false)}>
            {text.keep}
          </Button>
        </div>
      </Dialog>
    </>
  )
}
