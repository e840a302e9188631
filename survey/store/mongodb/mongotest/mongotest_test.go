package mongotest_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"earshot/survey/store/mongodb/mongotest"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"
)

// launcherVariable makes this test binary a process that launches a server, says where it is and waits to be killed.
const launcherVariable = "MONGOTEST_LAUNCHER"

func TestMain(m *testing.M) {
	if os.Getenv(launcherVariable) == "" {
		os.Exit(m.Run())
	}
	set, err := mongotest.Launch(1, mongotest.Small())
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(set.Members()[0].PID(), set.Folder())
	select {}
}

// TestNoOrphans kills a process that has launched a server: the server and its folder go with it.
func TestNoOrphans(t *testing.T) {
	t.Parallel()
	mongotest.Server(t) // skips where there is none
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), launcherVariable+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	number, folder, found := strings.Cut(strings.TrimSpace(line), " ")
	pid, notANumber := strconv.Atoi(number)
	if err != nil || !found || notANumber != nil {
		t.Fatalf("the launcher said %q: %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	eventually(t, "the server and its folder are gone", func() error {
		if err := syscall.Kill(pid, 0); err == nil {
			return fmt.Errorf("process %d runs", pid)
		}
		if _, err := os.Stat(folder); err == nil {
			return fmt.Errorf("%s is there", folder)
		}
		return nil
	})
}

func eventually(t *testing.T, what string, check func() error) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for err := check(); err != nil; err = check() {
		if time.Now().After(deadline) {
			t.Fatalf("%s: %v", what, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestSet makes every fault that a set has and writes after each: what was acknowledged is there in the end.
func TestSet(t *testing.T) {
	t.Parallel()
	set := mongotest.Set(t)
	client, err := mongo.Connect(options.Client().ApplyURI(set.URI()).SetTimeout(3 * time.Second).SetConnectTimeout(time.Second).
		SetWriteConcern(writeconcern.Majority()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Disconnect(context.Background())
	notes := client.Database("faults").Collection("notes")
	faults := []struct {
		name  string
		fault func(context.Context) (mend func() error, err error)
	}{
		{"step-down", func(ctx context.Context) (func() error, error) { return nothing, set.StepDown(ctx) }},
		{"kill the primary", func(ctx context.Context) (func() error, error) {
			killed, err := set.KillPrimary(ctx)
			return func() error { return killed.Start() }, err
		}},
		{"freeze the primary", func(ctx context.Context) (func() error, error) {
			frozen, err := set.FreezePrimary(ctx)
			return func() error { return frozen.Thaw() }, err
		}},
		{"all gone and back", func(context.Context) (func() error, error) {
			if err := set.KillAll(); err != nil {
				return nothing, err
			}
			return nothing, set.StartAll()
		}},
	}
	for i, f := range faults {
		before, err := set.Primary(t.Context())
		if err != nil {
			t.Fatalf("before %s: %v", f.name, err)
		}
		began := time.Now()
		mend, err := f.fault(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", f.name, err)
		}
		eventually(t, "write after "+f.name, func() error {
			_, err := notes.ReplaceOne(t.Context(), bson.D{{Key: "_id", Value: i}}, bson.D{}, options.Replace().SetUpsert(true))
			return err
		})
		after, err := set.Primary(t.Context())
		if err != nil {
			t.Fatalf("after %s: %v", f.name, err)
		}
		t.Logf("%s: from %s to %s, written after %v", f.name, before.Address(), after.Address(), time.Since(began))
		if i < 3 && before == after {
			t.Errorf("%s: %s is the primary still", f.name, before.Address())
		}
		if err := mend(); err != nil {
			t.Fatalf("mend %s: %v", f.name, err)
		}
		if err := set.AwaitHealthy(t.Context()); err != nil {
			t.Fatalf("after %s: %v", f.name, err)
		}
	}
	if n, err := notes.CountDocuments(t.Context(), bson.D{}); err != nil || n != int64(len(faults)) {
		t.Errorf("got %d documents, want %d: %v", n, len(faults), err)
	}
}

func nothing() error { return nil }
