;; A component whose imports are there for different reasons.
(component
    (import "demo:notify/log@0.1.0" (instance $log
        (type (enum "info" "warning"))
        (export "level" (type (eq 0)))
        (export "write" (func (param "message" string)))
        (export "flush" (func))
        (export "rotate" (func))))
    (import "demo:notify/mail@0.1.0" (instance $mail
        (export "draft" (type (sub resource)))
        (export "send" (func (param "message" string)))))
    (import "demo:notify/types@0.1.0" (instance
        (type (record (field "name" string)))
        (export "person" (type (eq 0)))))
    (import "clock" (func $clock (result u64)))
    (alias export $mail "draft" (type $draft))
    (core module $memory (memory (export "memory") 1)
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 0))
    (core instance $memory (instantiate $memory))
    (alias core export $memory "memory" (core memory $m))
    (core func $write (canon lower (func $log "write") (memory $m)))
    (core func $flush (canon lower (func $log "flush")))
    (core func $rotate (canon lower (func $log "rotate")))
    (core func $send (canon lower (func $mail "send") (memory $m)))
    (core func $drop (canon resource.drop $draft))
    (core func $clock (canon lower (func $clock)))
    (core module $main
        (type $sends (func (param i32 i32)))
        (import "log" "write" (func $write (param i32 i32)))
        (import "log" "flush" (func $flush))
        (import "log" "rotate" (func $rotate))
        (import "mail" "send" (func $send (param i32 i32)))
        (import "mail" "drop" (func $drop (param i32)))
        (import "" "clock" (func $clock (result i64)))
        (global $way (mut i32) (i32.const 0))
        (table 2 funcref)
        (elem (i32.const 0) func $write $send)
        (func $app::notify (export "notify") (param i32 i32)
            local.get 1
            if
                local.get 0
                local.get 1
                global.get $way
                call_indirect (type $sends)
            else
                call $core::panicking::panic
            end)
        (func $core::panicking::panic
            call $app::last_words)
        (func $app::last_words
            i32.const 0
            i32.const 8
            call $write
            call $flush
            unreachable)
        (func $app::tidy (export "tidy")
            i32.const 1
            call $drop)
        (func $app::never_called
            call $rotate)
        (func $app::prepare
            call $clock
            drop)
        (start $app::prepare))
    (core instance $main (instantiate $main
        (with "log" (instance
            (export "write" (func $write)) (export "flush" (func $flush)) (export "rotate" (func $rotate))))
        (with "mail" (instance (export "send" (func $send)) (export "drop" (func $drop))))
        (with "" (instance (export "clock" (func $clock))))))
    (func (export "notify") (param "message" string)
        (canon lift (core func $main "notify") (memory $m) (realloc (func $memory "realloc"))))
    (func (export "tidy") (canon lift (core func $main "tidy"))))
