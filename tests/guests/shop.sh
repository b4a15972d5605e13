# The shop that customer.wat imports, for `exec`: every item is made with 7.
last=0
live=0
while IFS= read -r request; do
  id=${request#'{"id":'}
  id=${id%%,*}
  answer=
  case $request in
    '{"drop"'*) live=$((live - 1)); continue ;;
    *'"[constructor]item"'*) last=$((last + 1)); live=$((live + 1)); answer=$last ;;
    *'"[method]item.price"'*) answer=70 ;;
    *'"[static]item.live"'*) answer=$live ;;
    *'"find","args":[200]'*) answer='{"err":null}' ;;
    *'"find"'*) last=$((last + 1)); live=$((live + 1)); answer="{\"ok\":$last}" ;;
    *'"buy"'*'"own":true'*) live=$((live - 1)); answer=70 ;;
    *'"add","args":[-'*) echo "{\"id\":$id,\"trap\":\"no debts\"}"; continue ;;
    *'"add"'*) answer=5 ;;
    *'"divide"'*) answer='{"err":7}' ;;
    *'"paint"'*) answer='"green"' ;;
    *'"close"'*) answer=null ;;
  esac
  echo "{\"id\":$id,\"ok\":$answer}"
done
