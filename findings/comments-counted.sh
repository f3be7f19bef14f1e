#!/usr/bin/env bash
# github.com/sashabaranov/go-openai 1.41.2, a client of the OpenAI dialect for Go that is not OpenAI's own, reads a stream in which the server sends
# comments (": still working" and an empty line) while the model thinks, as the standard of server-sent events advises. Expected: "one two" however
# many there are, for a comment is no event.
#
#   149 comments in a row   "one two"
#   150                     "one ", then the error "stream has sent too many empty messages"
#
# It counts each line that is no data as an empty message, two for a comment with its empty line, and gives up after 300 between two events
# (EmptyMessagesLimit of its configuration). At a heartbeat every second that is two and a half minutes of thinking, at one every 15 seconds
# 37. The call has been paid for, and the caller sends it again.
# Needs Go 1.22 or newer. Fails when any of this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work"
cat > main.go <<'GO'
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	openai "github.com/sashabaranov/go-openai"
)

const chunk = `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":%q},"finish_reason":%s}]}` + "\n\n"

func told(comments int) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("content-type", "text/event-stream")
		fmt.Fprintf(w, chunk, "one ", "null")
		for range comments {
			io.WriteString(w, ": still working\n\n")
		}
		fmt.Fprintf(w, chunk, "two", `"stop"`)
		io.WriteString(w, "data: [DONE]\n\n")
	}))
	defer server.Close()
	config := openai.DefaultConfig("k")
	config.BaseURL = server.URL
	stream, err := openai.NewClientWithConfig(config).CreateChatCompletionStream(context.Background(), openai.ChatCompletionRequest{
		Model: "m", Messages: []openai.ChatCompletionMessage{{Role: "user", Content: "count"}}})
	if err != nil {
		panic(err)
	}
	defer stream.Close()
	text := ""
	for {
		part, err := stream.Recv()
		if err != nil {
			fmt.Printf("%d comments: %q, %v\n", comments, text, err)
			return
		}
		text += part.Choices[0].Delta.Content
	}
}

func main() {
	told(149)
	told(150)
}
GO
cat > go.mod <<'MOD'
module comments

go 1.22

require github.com/sashabaranov/go-openai v1.41.2
MOD
export GOFLAGS=-mod=mod GOPATH="$work/go" GOCACHE="$work/cache" GOTOOLCHAIN=local
go run . 2> err | tee seen
cat > expected <<'TXT'
149 comments: "one two", EOF
150 comments: "one ", stream has sent too many empty messages
TXT
diff expected seen && echo "as described"
