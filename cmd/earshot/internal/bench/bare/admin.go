package bare

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Admin asks a replica set how it is.
type Admin struct{ client *mongo.Client }

// primaryWithin is how long the members may take to start and to agree on a primary.
const primaryWithin = time.Minute

// Initiate makes a replica set of the hosts, which are just starting, and returns when there is a primary.
func Initiate(ctx context.Context, name string, hosts []string) (*Admin, error) {
	ctx, cancel := context.WithTimeout(ctx, primaryWithin)
	defer cancel()
	// Directly, for a client that expects a replica set finds none before it is initiated.
	client, err := mongo.Connect(options.Client().ApplyURI("mongodb://" + hosts[0]).SetDirect(true))
	if err != nil {
		return nil, err
	}
	list := bson.A{}
	for i, host := range hosts {
		list = append(list, bson.D{{Key: "_id", Value: i}, {Key: "host", Value: host}, {Key: "priority", Value: len(hosts) - i}})
	}
	config := bson.D{{Key: "_id", Value: name}, {Key: "members", Value: list}}
	admin := client.Database("admin")
	for initiated := false; ; {
		err := error(nil)
		if !initiated {
			err = admin.RunCommand(ctx, bson.D{{Key: "replSetInitiate", Value: config}}).Err()
			initiated = err == nil
		}
		var hello struct {
			Writable bool `bson:"isWritablePrimary"`
		}
		if initiated {
			err = admin.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello)
		}
		if hello.Writable {
			return &Admin{client}, nil
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("the replica set has no primary: %w", errors.Join(err, ctx.Err())), client.Disconnect(context.WithoutCancel(ctx)))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// counted are the commands that a client's work is made of; the members ask each other for the rest.
var counted = []string{"find", "aggregate", "insert", "update", "delete", "findAndModify", "bulkWrite", "distinct"}

// Commands is how many commands the primary has served so far. Counts and cursors are not among them: the benchmark and
// the other members ask for those.
func (a *Admin) Commands(ctx context.Context) (int64, error) {
	var status struct {
		Metrics struct {
			Commands map[string]bson.RawValue `bson:"commands"`
		} `bson:"metrics"`
	}
	if err := a.client.Database("admin").RunCommand(ctx, bson.D{{Key: "serverStatus", Value: 1}}).Decode(&status); err != nil {
		return 0, err
	}
	var total int64
	for _, name := range counted {
		var one struct {
			Total int64 `bson:"total"`
		}
		if err := status.Metrics.Commands[name].Unmarshal(&one); err == nil {
			total += one.Total
		}
	}
	return total, nil
}

// Profiled counts the commands on a database that Earshot sends while do runs.
func (a *Admin) Profiled(ctx context.Context, database string, do func() error) (int64, error) {
	db := a.client.Database(database)
	level := func(level int) error {
		filter := bson.D{{Key: "appName", Value: "earshot"}}
		return db.RunCommand(ctx, bson.D{{Key: "profile", Value: level}, {Key: "slowms", Value: 0}, {Key: "filter", Value: filter}}).Err()
	}
	if err := db.Collection(profile).Drop(ctx); err != nil {
		return 0, err
	}
	if err := level(2); err != nil {
		return 0, err
	}
	if err := errors.Join(do(), level(0)); err != nil {
		return 0, err
	}
	return db.Collection(profile).CountDocuments(ctx, bson.D{})
}

// profile is where MongoDB notes the commands of a database while it is asked to.
const profile = "system.profile"

// Close closes the connection.
func (a *Admin) Close() error { return a.client.Disconnect(context.Background()) }
