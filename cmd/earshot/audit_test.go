package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey/audit"
	"earshot/survey/store"
)

// TestAuditThroughKills kills the program while it does acts, again and again, on each engine: whoever got an answer finds the
// act in the log, and the log is whole. On MongoDB two processes write it.
func TestAuditThroughKills(t *testing.T) {
	t.Parallel()
	journey.OnEach(t, func(t *testing.T, where string) {
		db := journey.Open(t, where)
		key := journey.Prepare(t, db, 1).Key
		journey.Close(t, db)
		earshot := journey.Install(t, where)
		var stop atomic.Bool
		var answered atomic.Int64
		var hands sync.WaitGroup
		for range 4 {
			hands.Go(func() {
				c := journey.NewClient(t, earshot.URL, key)
				for !stop.Load() {
					if a, err := c.Try(http.MethodDelete, "/api/v1/customers/cus_0", nil); err == nil && a.Status == http.StatusNotFound {
						answered.Add(1)
					}
				}
			})
		}
		for n := range 3 {
			time.Sleep(time.Duration(100+70*n) * time.Millisecond)
			p := earshot.Next()
			p.Kill()
			p.Restart()
		}
		stop.Store(true)
		hands.Wait()
		for _, p := range earshot.Programs {
			p.Stop()
		}
		printed, err := runHere(t, "audit", "verify", "-store", where)
		expect(t, printed, err, "The audit log is whole")
		if begun := int64(len(exported(t, where, audit.Begun))); answered.Load() == 0 || begun < answered.Load() {
			t.Errorf("the log tells of %d acts, of which %d were answered", begun, answered.Load())
		}
	})
}

// exported are the lines of the exported log with that outcome.
func exported(t *testing.T, where string, outcome audit.Outcome) (lines []audit.Line) {
	t.Helper()
	printed, err := runHere(t, "audit", "export", "-store", where)
	expect(t, printed, err)
	for text := range strings.Lines(printed) {
		var line audit.Line
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if line.Outcome == outcome {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestAuditCommands(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	where, copied := filepath.Join(folder, "earshot.db"), filepath.Join(folder, "copy.db")
	printed, err := runHere(t, "audit", "verify", "-store", where)
	expect(t, printed, err, "empty")
	printed, err = runHere(t, "restored", "-store", where)
	expect(t, printed, err)
	printed, err = runHere(t, "migrate", "-store", where)
	expect(t, printed, err)
	printed, err = runHere(t, "import", "customers", csvFile(t, "c.csv", "number,name\nA-1,Alpha\n"), "-store", where, "-map", "external_id=number")
	expect(t, printed, err, "1 new")
	printed, err = runHere(t, "copy", "-from", where, "-to", copied)
	expect(t, printed, err, "agree")
	var acts []string
	for _, line := range exported(t, copied, audit.Done) {
		acts = append(acts, line.Act)
		if line.Actor.Kind != audit.Command || line.Actor.Name == "" {
			t.Errorf("%s was done by %+v, want the account that ran the command", line.Act, line.Actor)
		}
	}
	if got, want := strings.Join(acts, " "), "store.restored store.migrated import.started store.copied"; got != want {
		t.Errorf("the copy tells of %s, want %s", got, want)
	}

	printed, err = runHere(t, "audit", "verify", "-store", copied)
	expect(t, printed, err, "whole: 7 entries")
	head := printed[strings.LastIndex(strings.TrimSpace(printed), "\n")+1:]
	printed, err = runHere(t, "audit", "verify", "-store", copied, "-expect", strings.TrimSpace(head))
	expect(t, printed, err, "whole: 7 entries")
	if _, err = runHere(t, "audit", "verify", "-store", copied, "-expect", "7"); err == nil || !strings.Contains(err.Error(), "-expect") {
		t.Errorf("half a head: got %v, want it refused by name", err)
	}
	cutOff(t, copied)
	if _, err = runHere(t, "audit", "verify", "-store", copied, "-expect", strings.TrimSpace(head)); err == nil || !strings.Contains(err.Error(), "entry 7 is missing") {
		t.Errorf("the end cut off: got %v, want entry 7 missing", err)
	}
}

// cutOff removes the last entry, as somebody does who has the file.
func cutOff(t *testing.T, where string) {
	t.Helper()
	db := journey.Open(t, where)
	defer journey.Close(t, db)
	entries := store.NewCollection[audit.Entry](db, audit.Specs()[0])
	last, err := entries.First(t.Context(), store.Query{Index: store.ByID, Descending: true})
	if err == nil {
		err = entries.Delete(t.Context(), last)
	}
	if err != nil {
		t.Fatal(fmt.Errorf("cut off the end: %w", err))
	}
}

func TestNoPasswordOfAStoreIsKept(t *testing.T) {
	t.Parallel()
	for where, want := range map[string]string{
		"earshot.db": "earshot.db",
		"mongodb://ana:hunter2@db.example/earshot?replicaSet=rs": "mongodb://ana:xxxxx@db.example/earshot",
		"mongodb://ana:hun%ter@db":                               "mongodb",
	} {
		if got := withoutSecrets(where); got != want {
			t.Errorf("%s: got %s, want %s", where, got, want)
		}
	}
}
