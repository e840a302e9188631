package main

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey"
)

// importing is a company whose files come in, one after the other. Each brings new customers, and then what they ordered.
type importing struct {
	files atomic.Int64

	mu sync.Mutex
	// acknowledged are the files that were said to be in.
	acknowledged []int64
	// taken are the ids of the imports that were said to be under way.
	taken map[string]bool
}

const (
	// customersOfFile is how many customers a file has, daysOfFile on how many days each of them ordered.
	customersOfFile = 3
	daysOfFile      = 40
	// betweenFiles is how long a hand rests between two files, so that a long run does not fill the store.
	betweenFiles = 200 * time.Millisecond
)

func (i *importing) begin(*testing.T, *journey.Client) { i.taken = map[string]bool{} }

func (*importing) hands() int { return 2 }

func (i *importing) do(c *journey.Client, _ int) error {
	file := i.files.Add(1)
	var customers, orders strings.Builder
	customers.WriteString("external_id,name\n")
	orders.WriteString("customer,at,number\n")
	for n := range customersOfFile {
		id := fileCustomer(file, n)
		fmt.Fprintf(&customers, "%s,Company %s\n", id, id)
		for day := range daysOfFile {
			fmt.Fprintf(&orders, "%s,%s,O-%s-%d\n", id, dayOf(day).Format(time.DateOnly), id, day)
		}
	}
	if err := i.send(c, "kind=customers", customers.String()); err != nil {
		return err
	}
	if err := i.send(c, "kind=touchpoints&default_kind=order", orders.String()); err != nil {
		return err
	}
	i.mu.Lock()
	i.acknowledged = append(i.acknowledged, file)
	i.mu.Unlock()
	time.Sleep(betweenFiles)
	return nil
}

// fileCustomer is the external id of a file's customer.
func fileCustomer(file int64, n int) string { return fmt.Sprintf("F%d-%d", file, n) }

// send sends a file until it is here, and waits until its rows are in: sent twice, they are there once.
func (i *importing) send(c *journey.Client, query, content string) error {
	var job importEnd
	if err := insist("send a file", func() error {
		return request(c, http.MethodPost, "/api/v1/imports?"+query, content, &job, http.StatusAccepted)
	}); err != nil {
		return err
	}
	i.mu.Lock()
	i.taken[job.ID] = true
	i.mu.Unlock()
	return insist("the rows are taken in", func() error {
		if err := request(c, http.MethodGet, "/api/v1/imports/"+job.ID, nil, &job, http.StatusOK); err != nil {
			return err
		}
		return job.finished()
	})
}

// importEnd is how an import stands.
type importEnd struct {
	ID, State, Problem string
	Failed             int
}

// finished returns nil when the import has come to a good end.
func (i importEnd) finished() error {
	switch state := survey.ImportState(i.State); {
	case state == survey.ImportQueued || state == survey.ImportRunning:
		return notYetError("import " + i.ID + " is " + i.State)
	case state != survey.ImportFinished || i.Failed > 0:
		return fmt.Errorf("import %s is %s, with %d rows that failed: %s", i.ID, i.State, i.Failed, i.Problem)
	}
	return nil
}

func (i *importing) check(c *journey.Client) error {
	jobs, err := listAll[importEnd](c, "/api/v1/imports?")
	if err != nil {
		return err
	}
	for _, job := range jobs {
		if survey.ImportState(job.State) == survey.ImportUploaded && !i.taken[job.ID] {
			continue // its sender was never told that it is here, and has sent it again; this copy is thrown away in time
		}
		if err := job.finished(); err != nil {
			return err
		}
	}
	for _, file := range i.acknowledged {
		for n := range customersOfFile {
			if err := checkOrders(c, fileCustomer(file, n), daysOfFile, daysOfFile); err != nil {
				return err
			}
		}
	}
	i.acknowledged = nil // they are well, and nothing touches them any more
	return nil
}
