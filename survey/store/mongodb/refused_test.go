package mongodb_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

const secret = "s3cr:t/@%"

// guarded starts a server that wants a password, and returns the address for a user, with escaped password.
func guarded(t *testing.T) (set *mongotest.ReplicaSet, address func(user, password, database, more string) string, admin *mongo.Database) {
	t.Helper()
	key := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(key, []byte(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("earshot", 20)))), 0o600); err != nil {
		t.Fatal(err)
	}
	set = mongotest.Single(t, "--keyFile", key)
	host := set.Members()[0].Address()
	address = func(user, password, database, more string) string {
		return "mongodb://" + url.UserPassword(user, password).String() + "@" + host + "/" + database + "?replicaSet=earshot" + more
	}
	createUser(t, direct(t, "mongodb://"+host+"/?directConnection=true"), "root", "root")
	return set, address, direct(t, address("root", secret, "", "&authSource=admin"))
}

// direct connects to the admin database.
func direct(t *testing.T, uri string) *mongo.Database {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Disconnect(context.Background()) })
	return client.Database("admin")
}

func createUser(t *testing.T, admin *mongo.Database, name string, roles ...any) {
	t.Helper()
	run(t, admin, bson.D{{Key: "createUser", Value: name}, {Key: "pwd", Value: secret}, {Key: "roles", Value: append(bson.A{}, roles...)}})
}

func run(t *testing.T, database *mongo.Database, command bson.D) {
	t.Helper()
	if err := database.RunCommand(t.Context(), command).Err(); err != nil {
		t.Fatalf("%v: %v", command, err)
	}
}

func onDatabase(role, database string) bson.D {
	return bson.D{{Key: "role", Value: role}, {Key: "db", Value: database}}
}

// wantRefused opens a store and wants it refused with these words, and without the password.
func wantRefused(t *testing.T, name, uri, words string) {
	t.Helper()
	s, err := mongodb.Open(t.Context(), uri, []*store.Spec{notes}, mongodb.WithTimeout(2*time.Second))
	if err == nil {
		s.Close()
		t.Errorf("%s: it was opened", name)
		return
	}
	var refused *mongodb.RefusedError
	if text := err.Error(); !strings.Contains(text, words) || strings.Contains(text, "not available") || strings.Contains(text, secret) {
		t.Errorf("%s: got %q, want %q in it", name, text, words)
	}
	if !errors.As(err, &refused) || !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("%s: got %T, want a RefusedError that is ErrUnavailable to users", name, err)
	}
}

// TestLeastRights opens a store as a user with the rights that docs/operators.md lists, and as users with fewer.
func TestLeastRights(t *testing.T) {
	t.Parallel()
	_, address, admin := guarded(t)
	role := func(name string, actions ...string) {
		run(t, admin, bson.D{
			{Key: "createRole", Value: name}, {Key: "roles", Value: bson.A{}},
			{Key: "privileges", Value: bson.A{bson.D{
				{Key: "resource", Value: bson.D{{Key: "db", Value: "earshot"}, {Key: "collection", Value: ""}}}, {Key: "actions", Value: actions},
			}}},
		})
		createUser(t, admin, name, name)
	}
	role("least", documentedActions(t)...)
	role("no_indexes", "find", "insert", "update", "remove", "listIndexes")
	createUser(t, admin, "built_in", onDatabase("readWrite", "earshot"))
	createUser(t, admin, "reader", onDatabase("read", "earshot"))
	createUser(t, admin, "elsewhere", onDatabase("readWrite", "other"))

	for _, user := range []string{"least", "built_in"} {
		s, err := mongodb.Open(t.Context(), address(user, secret, "earshot", "&authSource=admin"), []*store.Spec{notes})
		if err != nil {
			t.Fatalf("%s: %v", user, err)
		}
		workOn(t, s, user)
		if _, err := s.DropIndexes(t.Context(), notes, "by_nothing"); err != nil {
			t.Errorf("%s: drop indexes: %v", user, err)
		}
		s.Close()
	}
	wantRefused(t, "the wrong password", address("least", "wrong", "earshot", "&authSource=admin"), "does not know this user with this password")
	wantRefused(t, "the wrong place of the user", address("least", secret, "earshot", ""), "authSource=admin")
	wantRefused(t, "no user", "mongodb://"+strings.SplitAfter(address("a", "b", "earshot", ""), "@")[1], "wants a user and a password")
	wantRefused(t, "reading only", address("reader", secret, "earshot", "&authSource=admin"), "it may not createIndex, insert, remove, update")
	wantRefused(t, "no indexes", address("no_indexes", secret, "earshot", "&authSource=admin"), "it may not createIndex")
	wantRefused(t, "another database", address("elsewhere", secret, "earshot", "&authSource=admin"), "lacks rights on the database \"earshot\"")
}

// documentedActions are those of the role that the operators' manual gives.
func documentedActions(t *testing.T) []string {
	t.Helper()
	manual, err := os.ReadFile("../../../docs/operators.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`actions: (\[.*\])`).FindSubmatch(manual)
	var actions []string
	if found == nil || json.Unmarshal(found[1], &actions) != nil || len(actions) == 0 {
		t.Fatal("docs/operators.md names no actions")
	}
	return actions
}

// workOn does each operation of the port once.
func workOn(t *testing.T, s store.Store, user string) {
	t.Helper()
	c, now := store.NewCollection[note](s, notes), time.Now()
	docs := []*note{{Meta: store.Meta{ID: user + "a", Due: now}}, {Meta: store.Meta{ID: user + "b", Due: now}}}
	if err := c.Insert(t.Context(), docs...); err != nil {
		t.Fatalf("%s: insert: %v", user, err)
	}
	claimed, err := c.Claim(t.Context(), now, now.Add(time.Minute), 5)
	if err != nil || len(claimed) != 2 {
		t.Errorf("%s: claim: %v, %v", user, claimed, err)
	}
	if outcomes, err := c.ExtendAll(t.Context(), claimed); err != nil || outcomes[0] != nil {
		t.Errorf("%s: extend: %v, %v", user, outcomes, err)
	}
	if outcomes, err := c.ReplaceAll(t.Context(), claimed); err != nil || outcomes[0] != nil {
		t.Errorf("%s: replace: %v, %v", user, outcomes, err)
	}
	if found, err := c.Fetch(t.Context(), []string{user + "a"}); err != nil || len(found) != 1 {
		t.Errorf("%s: fetch: %v, %v", user, found, err)
	}
	if found, _, err := c.Find(t.Context(), store.Query{Index: store.ByDue, Limit: 5}); err != nil || len(found) != 2 {
		t.Errorf("%s: find: %v, %v", user, found, err)
	}
	finding, folding := c.Finding(store.Query{Index: store.ByID, Limit: 5}), c.Folding(store.Fold{Query: store.Query{Index: store.ByID}})
	if err := store.Together(t.Context(), s, finding, folding); err != nil || len(finding.Docs) != 2 {
		t.Errorf("%s: read together: %v, %v", user, finding.Docs, err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("%s: ping: %v", user, err)
	}
	if groups, err := c.Fold(t.Context(), store.Fold{Query: store.Query{Index: store.ByID}}); err != nil || groups[0].Count != 2 {
		t.Errorf("%s: fold: %v, %v", user, groups, err)
	}
	if outcomes, err := c.DeleteAll(t.Context(), claimed); err != nil || outcomes[0] != nil {
		t.Errorf("%s: delete: %v, %v", user, outcomes, err)
	}
}

// certificate writes a certificate for this machine, with its key, and returns the file's name.
func certificate(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "earshot"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "certificate.pem")
	text := slices.Concat(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestTLS opens a store on a server that takes TLS only, with and without what that needs.
func TestTLS(t *testing.T) {
	t.Parallel()
	file := certificate(t)
	set := mongotest.Single(t, "--tlsMode", "allowTLS", "--tlsCertificateKeyFile", file, "--tlsCAFile", file, "--tlsAllowConnectionsWithoutCertificates")
	for _, mode := range []string{"preferTLS", "requireTLS"} {
		if err := set.Members()[0].Run(t.Context(), bson.D{{Key: "setParameter", Value: 1}, {Key: "tlsMode", Value: mode}}, nil); err != nil {
			t.Fatal(err)
		}
	}
	uri := strings.Replace(set.URI(), "/?", "/tls?", 1)
	s, err := mongodb.Open(t.Context(), uri+"&tls=true&tlsCAFile="+url.QueryEscape(file), []*store.Spec{notes})
	if err != nil {
		t.Fatal(err)
	}
	workOn(t, s, "tls")
	s.Close()
	wantRefused(t, "without TLS", uri, "tls=true")
	wantRefused(t, "an unknown authority", uri+"&tls=true", "tlsCAFile")
	wantRefused(t, "another name", strings.Replace(uri, "127.0.0.1", "localhost", 1)+"&tls=true&tlsCAFile="+url.QueryEscape(file), "not valid for this host")
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	uri := mongotest.Server(t)
	wantRefused(t, "TLS where there is none", uri+"&tls=true", "it knows none")
	wantRefused(t, "another set", strings.Replace(uri, "replicaSet=earshot", "replicaSet=other", 1), "belongs to the replica set")
	wantRefused(t, "nobody", "mongodb://127.0.0.1:1/x", "nobody listens")
	wantRefused(t, "no such host", "mongodb://nobody.invalid/x", "is not known")
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	escaped := "must be percent-encoded"
	rows := map[string]string{
		"mongodb://u:" + "pass@word" + "@h/x":  escaped,
		"mongodb://u:" + "pass:word" + "@h/x":  escaped,
		"mongodb://u:" + "pass/word" + "@h/x":  escaped,
		"mongodb://u:" + "pass%zz" + "@h/x":    escaped,
		"mongodb://h/x?retryWrite=true&tsl=1":  "there is no option retrywrite, tsl",
		"mongodb://h/x?tls=maybe":              "tls",
		"mongodb+srv://cluster.invalid/x":      "DNS",
		"mongodb://h/x?tls=true&tlsCAFile=/no": "/no",
		"http://h/x":                           "scheme",
		"mongodb://":                           "host",
	}
	for uri, want := range rows {
		var wrong *mongodb.AddressError
		_, err := mongodb.Open(t.Context(), uri, nil)
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "word") && !strings.Contains(err.Error(), "password") {
			t.Errorf("%s: got %v, want %q in it", uri, err, want)
		}
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	uri := mongotest.Server(t) + "&retryWrites=false&readPreference=secondary&w=1&journal=false&readConcernLevel=local"
	var got []string
	s, err := mongodb.Open(t.Context(), uri, nil, mongodb.WithWarnings(func(sentence string) { got = append(got, sentence) }))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, option := range []string{"retryWrites", "readPreference", "w", "journal", "readConcernLevel"} {
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "the option "+option+" of") }) {
			t.Errorf("nothing is said of %s: %q", option, got)
		}
	}
}

func TestJudged(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		server   mongodb.Server
		version  string
		direct   bool
		refused  bool
		warnings []string
	}{
		"a replica set":      {server: mongodb.Server{Wire: 17, Set: "rs"}, version: "6.0.5"},
		"the oldest":         {server: mongodb.Server{Wire: 9, Set: "rs"}, version: "4.4.0"},
		"too old":            {server: mongodb.Server{Wire: 8, Set: "rs"}, version: "4.2.3", refused: true},
		"a sharded cluster":  {server: mongodb.Server{Wire: 25, Kind: "isdbgrid"}, version: "8.0.4"},
		"newer":              {server: mongodb.Server{Wire: 29, Set: "rs"}, version: "9.0.0", warnings: []string{"later"}},
		"a standalone":       {server: mongodb.Server{Wire: 17}, version: "6.0.5", warnings: []string{"single server"}},
		"directly, in a set": {server: mongodb.Server{Wire: 17, Set: "rs"}, version: "6.0.5", direct: true, warnings: []string{"directConnection"}},
	}
	for name, row := range rows {
		warnings, err := mongodb.Judged(row.server, row.version, row.direct)
		if (err != nil) != row.refused || len(warnings) != len(row.warnings) {
			t.Errorf("%s: got %q, %v", name, warnings, err)
			continue
		}
		for i, w := range warnings {
			if !strings.Contains(w, row.warnings[i]) {
				t.Errorf("%s: got %q, want %q in it", name, w, row.warnings[i])
			}
		}
	}
}
