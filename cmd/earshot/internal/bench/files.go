package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// customersFile writes a file of n customers and returns its path.
func (b *bench) customersFile(n int) (string, error) {
	return b.writeLines("customers.csv", "external_id,name,segment,value_per_year\n", n, func(i int) string {
		return fmt.Sprintf("C%d,Customer %d,%s,%d\n", i, i, segments[i%len(segments)], 1000+i%50*100)
	})
}

// segments are those of the customers.
var segments = []string{"retail", "logistics", "food", "public"}

// event is one touchpoint of a file.
type event struct {
	ExternalID         string    `json:"external_id"`
	CustomerExternalID string    `json:"customer_external_id"`
	Kind               string    `json:"kind"`
	At                 time.Time `json:"at"`
	Value              float64   `json:"value"`
}

// events returns orders, count for each of n customers in no order of customers, spread over the time from one to another.
// The name makes them different from other ones.
func events(name string, n, count int, from, to time.Time) []event {
	r := rand.New(rand.NewPCG(uint64(n), uint64(count)))
	list := make([]event, 0, n*count)
	for range count {
		for _, customer := range r.Perm(n) {
			at := from.Add(time.Duration(float64(to.Sub(from)) * float64(len(list)) / float64(n*count))).UTC().Truncate(time.Second)
			list = append(list, event{fmt.Sprintf("%s-%d", name, len(list)), fmt.Sprintf("C%d", customer), "order", at, float64(r.IntN(5000)) + .5})
		}
	}
	return list
}

// eventsFile writes touchpoints as CSV and returns the path.
func (b *bench) eventsFile(name string, list []event) (string, error) {
	return b.writeLines(name+".csv", "customer_external_id,kind,at,value,external_id\n", len(list), func(i int) string {
		e := list[i]
		return fmt.Sprintf("%s,%s,%s,%.2f,%s\n", e.CustomerExternalID, e.Kind, e.At.Format(time.RFC3339), e.Value, e.ExternalID)
	})
}

// eventsBody is touchpoints as the bulk API takes them.
func eventsBody(list []event) ([]byte, error) {
	var body []byte
	for _, e := range list {
		line, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		body = append(append(body, line...), '\n')
	}
	return body, nil
}

// writeLines writes a file of n lines below a heading and returns its path.
func (b *bench) writeLines(name, heading string, n int, line func(int) string) (string, error) {
	path := filepath.Join(b.folder, name)
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	_, _ = w.WriteString(heading)
	for i := range n {
		_, _ = w.WriteString(line(i))
	}
	if err := w.Flush(); err != nil {
		return "", err
	}
	return path, f.Close()
}
