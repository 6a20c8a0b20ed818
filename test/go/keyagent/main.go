// Command keyagent is an ssh-agent for tests: litewitness asks one for its signatures. It holds the
// one Ed25519 key whose seed is given, listens on a Unix socket, and says on stdout when it does.
//
// keyagent -socket PATH -seed HEX
package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"flag"
	"fmt"
	"log"
	"net"

	"golang.org/x/crypto/ssh/agent"
)

func main() {
	socket := flag.String("socket", "", "path of the Unix socket (at most about 100 characters)")
	seedHex := flag.String("seed", "", "32 bytes in hexadecimal")
	flag.Parse()
	seed, err := hex.DecodeString(*seedHex)
	if err != nil || len(seed) != ed25519.SeedSize || *socket == "" {
		log.Fatal("usage: keyagent -socket PATH -seed HEX")
	}
	keys := agent.NewKeyring()
	key := ed25519.NewKeyFromSeed(seed)
	if err := keys.Add(agent.AddedKey{PrivateKey: &key}); err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("unix", *socket)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listening")
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go agent.ServeAgent(keys, connection)
	}
}
