package main

import (
	"context"
	"slices"
	"time"

	"earshot/survey/mail/mailtest"
)

// fault is something that goes wrong.
type fault struct {
	name  string
	times int
	// strike makes it and, where that is not for others to do, mends it. n counts.
	strike func(b *busy, n int) error
}

// faults are those that can be made here.
func (b *busy) faults() []fault {
	list := []fault{{"a program is killed", *kills, (*busy).killProgram}, {"a program is deployed", *faults, (*busy).deploy}}
	if b.set != nil {
		list = append(list,
			fault{"the primary steps down", max(*faults, 1), (*busy).stepDown},
			fault{"the primary is killed", *faults, (*busy).killPrimary},
			fault{"the primary is frozen", *faults, (*busy).freezePrimary},
			fault{"all members gone and back", *faults, (*busy).goneAndBack},
		)
	}
	return slices.DeleteFunc(list, func(f fault) bool { return f.times == 0 })
}

// killProgram kills a program at any moment and starts it again. Every other time the mail server takes a few mails and says so
// only after the program is dead.
func (b *busy) killProgram(n int) error {
	if n%2 == 0 {
		b.sink.Break(mailtest.AtEnd, mailtest.Fault{Stall: true, Times: 2})
	}
	time.Sleep(time.Duration(b.random.IntN(300)) * time.Millisecond)
	p := b.earshot.Next()
	p.Kill()
	b.sink.Mend()
	p.Restart()
	return nil
}

// deploy stops a program as an operator does, and starts it again.
func (b *busy) deploy(int) error {
	p := b.earshot.Next()
	err := p.Signal()
	if err == nil {
		err = p.Wait(deployWithin)
	}
	if err == nil {
		p.Restart()
	}
	return err
}

// deployWithin is how long a program may take to end: requests, then workers.
const deployWithin = 30 * time.Second

func (b *busy) stepDown(int) error { return b.set.StepDown(context.Background()) }

func (b *busy) killPrimary(int) error {
	ctx := context.Background()
	killed, err := b.set.KillPrimary(ctx)
	if err != nil {
		return err
	}
	if _, err := b.set.Primary(ctx); err != nil {
		return err
	}
	if err := killed.Start(); err != nil {
		return err
	}
	return b.set.AwaitHealthy(ctx)
}

func (b *busy) freezePrimary(int) error {
	ctx := context.Background()
	stopped, err := b.set.FreezePrimary(ctx)
	if err != nil {
		return err
	}
	time.Sleep(*frozen)
	if err := stopped.Thaw(); err != nil {
		return err
	}
	return b.set.AwaitHealthy(ctx)
}

func (b *busy) goneAndBack(int) error {
	if err := b.set.KillAll(); err != nil {
		return err
	}
	time.Sleep(time.Second)
	if err := b.set.StartAll(); err != nil {
		return err
	}
	return b.set.AwaitHealthy(context.Background())
}
