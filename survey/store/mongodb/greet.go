package mongodb

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// The versions of MongoDB that are served.
const (
	// oldestWire is the protocol of 4.4, the oldest version whose index builds and retries are what is relied on here.
	oldestWire = 9
	// latestMajor is the latest that was tried, or that its makers say is compatible with what was.
	latestMajor = 8

	tooOld = "MongoDB 4.4 or later is needed"
)

// server is what a server says of itself.
type server struct {
	// Wire is the latest protocol that it knows.
	Wire int `bson:"maxWireVersion"`
	// Set is its replica set, and Kind is "isdbgrid" if it is a mongos.
	Set  string `bson:"setName"`
	Kind string `bson:"msg"`

	version string
	direct  bool
}

// greet asks the server that takes writes what it is. It returns what the operator should know, in sentences.
func greet(ctx context.Context, client *mongo.Client, direct bool) ([]string, error) {
	admin := client.Database("admin")
	s := server{direct: direct}
	if err := admin.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&s); err != nil {
		return nil, err
	}
	var build struct {
		Version string `bson:"version"`
	}
	if err := admin.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Decode(&build); err != nil {
		return nil, err
	}
	s.version = build.Version
	return s.judged()
}

// judged refuses a server that is too old, and warns of what promises less than it should.
func (s server) judged() (warnings []string, err error) {
	if s.Wire < oldestWire {
		return nil, &RefusedError{tooOld, fmt.Errorf("the server is %s", s.version)}
	}
	major, _, _ := strings.Cut(s.version, ".")
	if n, err := strconv.Atoi(major); err != nil || n > latestMajor {
		warnings = append(warnings, fmt.Sprintf("MongoDB %s is later than %d, the latest that Earshot was tried with", s.version, latestMajor))
	}
	switch sharded := s.Kind == "isdbgrid"; {
	case s.Set == "" && !sharded:
		warnings = append(warnings, "this MongoDB is a single server and no replica set: what it acknowledged is lost with its disk, and a write that an outage interrupts may have happened")
	case s.direct && !sharded:
		warnings = append(warnings, "the MongoDB address says directConnection=true: another member of the replica set is not found when this one fails")
	}
	return warnings, nil
}
